// Prints the device types that endpoints may have, as JSON.

import { deviceTypes } from "./endpoints.mjs";

process.stdout.write(JSON.stringify(deviceTypes));
process.exit(0);
