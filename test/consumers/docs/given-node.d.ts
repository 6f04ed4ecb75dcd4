declare const flags: import('@glidepath/sdk-node').FlagsClient;
declare const createClient: typeof import('@glidepath/sdk-node').createClient;
