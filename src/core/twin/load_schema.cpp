#include "load.hpp"

#include "model/identifier.hpp"
#include "pq/failure.hpp"
#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace dwopt::twin {
namespace {

using sql::SchemaStatement;

// Extensions that bring types, operators and functions, and nothing that reaches out of the database.
constexpr std::array harmless{"bloom", "btree_gin", "btree_gist", "citext", "cube", "dict_int", "dict_xsyn", "earthdistance",
                              "fuzzystrmatch", "h3", "hll", "hstore", "hypopg", "intarray", "isn", "ltree", "ip4r", "pg_stat_statements",
                              "pg_trgm", "pgcrypto", "plpgsql", "postgis", "prefix", "rum", "seg", "semver", "tablefunc", "tcn",
                              "tsm_system_rows", "tsm_system_time", "unaccent", "unit", "uuid-ossp", "vector"};

// A partition's key or index came with its parent's.
bool is_there_already(const pq::SqlError& error) {
    constexpr std::array states{"42710", "42P07", "42723", "42P06", "42P16"};  // object, table, function, schema; a second primary key
    return std::find(states.begin(), states.end(), error.sqlstate()) != states.end();
}

class SchemaLoader {
  public:
    SchemaLoader(pq::Connection& admin, pq::Connection& owner, const Cancellation& cancel) : admin_(admin), owner_(owner), cancel_(cancel) {
        owner_.execute("SET search_path = public; SET check_function_bodies = off; SET client_min_messages = error");
    }

    std::vector<Warning> load(const std::string& dump) {
        for (auto& statement : sql::read_schema(dump)) take(std::move(statement));
        create_extensions();
        // What a statement needs may come later in the text: views of views, functions over tables.
        for (std::size_t before = waiting_.size() + 1; !waiting_.empty() && waiting_.size() < before;) {
            before = waiting_.size();
            create_waiting();
        }
        for (const auto& [statement, trouble] : failed_) missing(statement->subject, trouble);
        return std::move(warnings_);
    }

  private:
    void take(SchemaStatement statement) {
        switch (statement.use) {
            case SchemaStatement::Use::run: statements_.push_back(std::make_unique<SchemaStatement>(std::move(statement)));
                                            waiting_.push_back(statements_.back().get()); break;
            case SchemaStatement::Use::extension: extensions_.push_back(std::move(statement)); break;
            case SchemaStatement::Use::skip: break;
            case SchemaStatement::Use::refuse: missing(statement.subject, statement.reason); break;
        }
    }

    void missing(const std::string& subject, const std::string& reason) {
        warnings_.push_back({"twin_object_missing", fmt::format("{} is not on the planner twin: {}", subject, reason), ""});
    }

    void create_extensions() {
        for (const auto& extension : extensions_) {
            if (std::find(harmless.begin(), harmless.end(), extension.subject) == harmless.end()) {
                missing("extension " + extension.subject, "it is not on the list of those that a foreign schema may bring");
                continue;
            }
            try {
                if (!extension.schema.empty()) owner_.execute("CREATE SCHEMA IF NOT EXISTS " + model::quote_identifier(extension.schema));
                admin_.execute(fmt::format("CREATE EXTENSION IF NOT EXISTS {} {} CASCADE", model::quote_identifier(extension.subject),
                                           extension.schema.empty() ? "" : "WITH SCHEMA " + model::quote_identifier(extension.schema)));
            } catch (const pq::SqlError&) {
                missing("extension " + extension.subject, "this machine does not have it, or not for this version");
            }
        }
    }

    // Many at once, as each would be a round trip; where one of them fails, the batch is taken apart.
    void create_waiting() {
        constexpr std::size_t batch = 64;
        std::vector<const SchemaStatement*> again;
        failed_.clear();
        for (std::size_t from = 0; from < waiting_.size(); from += batch) {
            if (cancel_.requested()) throw Error(ErrorKind::interrupted, "interrupted; no planner twin was left behind");
            const std::size_t to = std::min(from + batch, waiting_.size());
            std::string all;
            for (std::size_t i = from; i < to; ++i) all += waiting_[i]->sql + ";\n";
            try {
                owner_.execute(all);
                continue;
            } catch (const pq::SqlError&) {  // it was one transaction: nothing of it stands
            }
            for (std::size_t i = from; i < to; ++i) {
                try {
                    owner_.execute(waiting_[i]->sql);
                } catch (const pq::SqlError& error) {
                    if (is_there_already(error)) continue;
                    again.push_back(waiting_[i]);
                    failed_.emplace_back(waiting_[i], pq::failure_of(error));
                }
            }
        }
        waiting_ = std::move(again);
    }

    pq::Connection& admin_;
    pq::Connection& owner_;
    const Cancellation& cancel_;
    std::vector<std::unique_ptr<SchemaStatement>> statements_;
    std::vector<const SchemaStatement*> waiting_;
    std::vector<SchemaStatement> extensions_;
    std::vector<std::pair<const SchemaStatement*, std::string>> failed_;
    std::vector<Warning> warnings_;
};

}  // namespace

std::vector<Warning> load_schema(pq::Connection& admin, pq::Connection& owner, const std::string& dump, const Cancellation& cancel) {
    return SchemaLoader(admin, owner, cancel).load(dump);
}

}  // namespace dwopt::twin
