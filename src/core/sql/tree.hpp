// A text's syntax tree, owned. Positions in it are byte offsets into the text that was parsed, 0 or -1 where the
// grammar keeps none.
#pragma once

#include "nodes.hpp"

#include "dwopt/workload.hpp"

#include <functional>
#include <memory>
#include <memory_resource>
#include <string>
#include <utility>

namespace dwopt::sql {

struct SyntaxError {
    std::string message;       // empty: none
    std::size_t position = 0;  // of the offending token, in bytes
    bool at_end = false;       // more text was expected
};

class Tree {
  public:
    using Arena = std::unique_ptr<std::pmr::monotonic_buffer_resource>;

    Tree(PgQuery__ParseResult* result, Arena arena) : arena_(std::move(arena)), result_(result) {}
    explicit Tree(SyntaxError error) : error_(std::move(error)) {}

    [[nodiscard]] explicit operator bool() const { return result_ != nullptr; }
    [[nodiscard]] const SyntaxError& error() const { return error_; }
    [[nodiscard]] std::size_t size() const { return result_ ? result_->n_stmts : 0; }
    [[nodiscard]] const Node* statement(std::size_t i) const { return result_->stmts[i]->stmt; }
    [[nodiscard]] const ProtobufCMessage* root() const { return &result_->base; }

  private:
    Arena arena_;  // owns all of the tree
    PgQuery__ParseResult* result_ = nullptr;
    SyntaxError error_;
};

// Throws nothing but std::bad_alloc. Refuses NUL bytes, and texts nested so deeply that the parser would overrun the stack.
[[nodiscard]] Tree parse(const std::string& sql);

// As parse(), but takes $n where the grammar knows only literals (COMMENT … IS $1). Such ones are replaced in `sql` by
// '' or 1, at the same length, so that positions keep their meaning.
[[nodiscard]] Tree parse_normalised(std::string& sql);

// libpg_query's fingerprint; 0 and an error for what it cannot parse. Misplaced $n are replaced as above.
[[nodiscard]] std::pair<std::uint64_t, SyntaxError> fingerprint(std::string sql);

// SQL of an expression, as libpg_query writes it; column names without their table if `unqualified`. "" if it cannot.
[[nodiscard]] std::string deparse(const Node* expression, bool unqualified);

// SQL of a whole statement, as libpg_query writes it. "" if it cannot.
[[nodiscard]] std::string deparse_statement(const Node* statement);

// The statement that a PREPARE, EXPLAIN, DECLARE CURSOR, CREATE TABLE AS or COPY (query) carries; null for others.
[[nodiscard]] const Node* inner_statement(const Node* statement);
// What running it amounts to. A PREPARE, a cursor, CREATE TABLE AS and COPY (query) count as what they carry, because
// the server books the execution under their text; an EXPLAIN is utility.
[[nodiscard]] StatementKind kind_of(const Node* statement);

}  // namespace dwopt::sql
