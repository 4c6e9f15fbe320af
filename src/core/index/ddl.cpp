#include "ddl.hpp"

#include "naming.hpp"

#include "model/index_sql.hpp"

#include <fmt/format.h>

#include <set>

namespace dwopt::indexing {
namespace {

constexpr const char* concurrent_lock = "SHARE UPDATE EXCLUSIVE on {}: reads and writes go on";

std::string attach_sql(const RelationName& parent, const RelationName& child) {
    return fmt::format("ALTER INDEX {} ATTACH PARTITION {}", model::qualified(parent), model::qualified(child));
}

// Builds one level of a partition tree after the other, from the top.
class PartitionedCreate {
  public:
    PartitionedCreate(const View& view, Change& change) : view_(view), change_(change) {}

    void build(const Table& table, const IndexSpec& spec) {
        names_.insert({table.name.schema, spec.name});
        change_.ddl.push_back(model::create_index_sql(spec, model::CreateForm::on_only));
        change_.locks.push_back(fmt::format("SHARE on {} for a moment: writes wait, reads go on", model::shown(table.name)));
        for (const auto* part : view_.partitions(table.name)) {
            IndexSpec child = spec;
            child.table = part->name;
            child.name = free_name(model::index_name(child), [&](const std::string& name) {
                const RelationName full{part->name.schema, name};
                return !view_.name_taken(full) && !names_.contains(full);
            });
            names_.insert({part->name.schema, child.name});
            if (part->kind == RelationKind::partitioned) {
                build(*part, child);
            } else {
                change_.ddl.push_back(model::create_index_sql(child, model::CreateForm::concurrently));
                change_.locks.push_back(fmt::format(concurrent_lock, model::shown(part->name)));
            }
            const RelationName index{part->name.schema, child.name};
            change_.ddl.push_back(attach_sql({table.name.schema, spec.name}, index));
            change_.locks.push_back(fmt::format("ACCESS EXCLUSIVE on the new index {} for a moment", model::shown(index)));
        }
    }

  private:
    const View& view_;
    Change& change_;
    std::set<RelationName> names_;
};

// Where a top-level " WHERE " of an index definition begins; npos if there is none. Key expressions stand in parentheses.
std::size_t predicate_start(const std::string& definition) {
    int depth = 0;
    char quote = 0;
    for (std::size_t i = 0; i < definition.size(); ++i) {
        const char c = definition[i];
        if (quote) {
            if (c == quote) quote = 0;  // a doubled quote closes and opens again
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')') {
            --depth;
        } else if (depth == 0 && definition.compare(i, 7, " WHERE ") == 0) {
            return i;
        }
    }
    return std::string::npos;
}

void restore_details(const Index& index, std::vector<std::string>& undo) {
    const std::string name = model::qualified(index.name);
    for (const auto& target : index.statistics_targets) {
        undo.push_back(fmt::format("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS {}", name, target.column, target.target));
    }
    if (!index.comment.empty()) undo.push_back(fmt::format("COMMENT ON INDEX {} IS {}", name, model::quote_literal(index.comment)));
}

void rebuild_tree(const View& view, const Index& index, std::vector<std::string>& undo) {
    undo.push_back(rebuild_sql(index, !index.partitioned));
    for (const auto& child : view.evidence().catalog.indexes) {
        if (child.parent != index.name) continue;
        rebuild_tree(view, child, undo);
        undo.push_back(attach_sql(index.name, child.name));
    }
    restore_details(index, undo);
}

}  // namespace

std::string rebuild_sql(const Index& index, bool concurrently) {
    std::string sql = index.definition;
    if (const auto start = predicate_start(sql); !index.tablespace.empty()) {
        const std::string place = " TABLESPACE " + model::quote_identifier(index.tablespace);
        sql.insert(start == std::string::npos ? sql.size() : start, place);
    }
    const auto keyword = sql.find("INDEX ");
    if (concurrently && keyword != std::string::npos) sql.insert(keyword + 6, "CONCURRENTLY ");
    return sql;
}

Change create_change(const View& view, const IndexSpec& spec) {
    Change change;
    const RelationName name{spec.table.schema, spec.name};
    const auto* table = view.table(spec.table);
    if (table && table->kind == RelationKind::partitioned) {
        PartitionedCreate(view, change).build(*table, spec);
        change.undo.push_back("DROP INDEX " + model::qualified(name));
        change.locks.push_back(fmt::format("undo: ACCESS EXCLUSIVE on {} and all its partitions for a moment", model::shown(spec.table)));
        return change;
    }
    change.ddl.push_back(model::create_index_sql(spec, model::CreateForm::concurrently));
    change.undo.push_back("DROP INDEX CONCURRENTLY " + model::qualified(name));
    change.locks.push_back(fmt::format(concurrent_lock, model::shown(spec.table)));
    return change;
}

Change drop_change(const View& view, const Index& index) {
    Change change;
    const std::string name = model::qualified(index.name);
    if (index.partitioned) {
        change.ddl.push_back("DROP INDEX " + name);
        change.locks.push_back(fmt::format("ACCESS EXCLUSIVE on {} and all its partitions for a moment", model::shown(index.table)));
    } else {
        change.ddl.push_back("DROP INDEX CONCURRENTLY " + name);
        change.locks.push_back(fmt::format(concurrent_lock, model::shown(index.table)));
    }
    rebuild_tree(view, index, change.undo);
    return change;
}

}  // namespace dwopt::indexing
