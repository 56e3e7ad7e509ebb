// drizzle-kit reads one export per table.
module.exports = require('./src/database/sqlite-tables.ts').tables;
