import { createClient } from '@glidepath/sdk-browser';

export const page = createClient({ url: 'https://flags.example.com', clientKey: 'gp_cli_1' });
