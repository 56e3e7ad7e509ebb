import { describe, expect, it } from 'vitest';
import { type Costs, type Habits, type Limits, needsOf, peakRates } from './capacity-model.ts';

const habits: Habits = {
  activeShare: 0.5,
  readsPerDay: 10,
  hoursPerDay: 2,
  signInsPerMonth: 3,
  newPerMonth: 0.1,
  peakFactor: 2,
};
const cost = { server: 1_000, database: 500, logged: 100, stored: 10 };
const costs: Costs = { read: cost, refresh: cost, 'sign-in': cost, registration: { ...cost, stored: 2_000 } };
const limits: Limits = {
  coresOfDatabase: 10,
  load: 0.5,
  logged: 1e6,
  memory: 1e9,
  connections: 100,
  poolSize: 10,
};

describe('the model of capacity', () => {
  it('computes the calls of the busiest second', () => {
    const rates = peakRates(864_000, habits);
    expect(rates.read).toBeCloseTo(100);
    expect(rates.refresh).toBeCloseTo(80);
    expect(rates['sign-in']).toBeCloseTo(2);
    expect(rates.registration).toBeCloseTo(((864_000 * 0.1) / 30 / 86_400) * 2);
  });

  it('computes processors, log and storage from the cost of each call', () => {
    const { rates, serverCores, databaseCores, logged, stored, connections } = needsOf(864_000, habits, costs, limits);
    const all = Object.values(rates).reduce((sum, rate) => sum + rate, 0);
    // A thousandth of a second for each call, at half of the processors.
    expect(serverCores).toBeCloseTo((all / 1_000) * 2);
    expect(databaseCores).toBeCloseTo(all / 1_000);
    expect(logged).toBeCloseTo(all * 100);
    expect(stored).toBe(864_000 * 2_000);
    expect(connections).toBe(10);
  });

  it('names the limit that is reached first', () => {
    expect(needsOf(864_000, habits, costs, limits).use[0]?.[0]).toBe('its memory');
    expect(needsOf(864_000, habits, costs, { ...limits, memory: 1e12, connections: 5 }).use[0]?.[0]).toBe(
      'its connections',
    );
  });
});
