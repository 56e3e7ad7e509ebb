/** The answer of contenders without a database: as many bytes as a Latchkey profile. */
export const profile = {
  id: '0c9a4a5e-6a43-4a55-9d1b-3a2f4be0b6a1',
  username: 'user0000001',
  displayName: 'Person 1',
  email: 'user0000001@example.com',
  emailVerified: false,
  role: 'user',
  metadata: { theme: 'dark', cart: ['tea', 'milk'] },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
