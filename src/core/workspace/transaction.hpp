// A write transaction: taken at once (so that it waits for other writers instead of failing half-way), rolled back
// unless committed.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace dwopt::workspace {

enum class Sync {
    normal,  // atomic; the last ones may be lost in a power failure
    full,    // on disk when commit() returns
};

class Transaction {
  public:
    Transaction(SQLite::Database& db, Sync sync) : db_(db) {
        db_.exec(sync == Sync::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        db_.exec("BEGIN IMMEDIATE");
    }
    ~Transaction() {
        if (!committed_) db_.tryExec("ROLLBACK");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit() {
        db_.exec("COMMIT");
        committed_ = true;
    }

  private:
    SQLite::Database& db_;
    bool committed_ = false;
};

}  // namespace dwopt::workspace
