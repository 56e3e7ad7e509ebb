import { createServer } from 'node:net';

/** Below the ports that systems give to `listen(0)` and to connections (Linux from 32768, macOS from 49152): nobody else takes one. */
const firstPort = 20_000;
const portsPerProcess = 32;
const processes = 390;

const ownPorts = firstPort + (process.pid % processes) * portsPerProcess;
let calls = 0;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** A port of 127.0.0.1 for a program that cannot choose one; no other process of the tests gets it at the same time. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < portsPerProcess; tries++) {
    const port = ownPorts + (calls++ % portsPerProcess);
    if (await isFree(port)) return port;
  }
  throw new Error(`The ports ${ownPorts} to ${ownPorts + portsPerProcess - 1} of 127.0.0.1 are all taken.`);
};
