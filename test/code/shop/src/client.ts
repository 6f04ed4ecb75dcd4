import { createClient } from '@glidepath/sdk-node';

export const flags = createClient();
export default flags;
