// What the fleet's code needs from a connection: one query at a time, and transactions on one
// connection.

export interface Answered<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
}

/**
 * A client of `pg`, on its own or from a pool; not the pool itself, since transactions need one
 * connection.
 */
export interface Queryable {
  readonly query: <Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ) => Promise<Answered<Row>>;
}

/** Rolls back if `work` throws. */
export const inTransaction = async <T>(db: Queryable, work: () => Promise<T>): Promise<T> => {
  await db.query('begin');
  try {
    const result = await work();
    await db.query('commit');
    return result;
  } catch (error) {
    // The connection may be the cause, so the first error is the one to report.
    await db.query('rollback').catch(() => {});
    throw error;
  }
};

/** Rows for one `jsonb` parameter: PostgreSQL reads them with `jsonb_to_recordset`. */
export const rowsParameter = (rows: readonly object[]): string => JSON.stringify(rows);
