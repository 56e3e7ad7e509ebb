// drizzle-kit reads one export per table.
module.exports = require('./src/database/postgres-tables.ts').tables;
