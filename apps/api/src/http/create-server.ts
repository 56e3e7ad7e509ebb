// An import would read every export of node:http, one of which loads the client of `fetch`: 9 ms and 3 MiB at start.
export const { createServer } = process.getBuiltinModule('node:http');
