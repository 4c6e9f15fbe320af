// Every stored type's fields, listed once: writing, reading and hashing walk these lists.
// Keys are on disk: never rename one; a new field's default must mean "as before".
#pragma once

#include "dwopt/deployment.hpp"
#include "dwopt/finding.hpp"
#include "dwopt/snapshot.hpp"

#include <tuple>

namespace dwopt::json {

template <class Owner, class Value>
struct Field {
    const char* key;
    Value Owner::*member;
};
template <class Owner, class Value>
Field(const char*, Value Owner::*) -> Field<Owner, Value>;

template <class T>
struct Fields;  // specialised below: `static constexpr std::tuple list`

template <>
struct Fields<RelationName> {
    static constexpr std::tuple list{Field{"schema", &RelationName::schema}, Field{"name", &RelationName::name}};
};

template <>
struct Fields<Column> {
    static constexpr std::tuple list{Field{"name", &Column::name},
                                     Field{"type", &Column::type},
                                     Field{"category", &Column::type_category},
                                     Field{"not_null", &Column::not_null},
                                     Field{"btree", &Column::btree},
                                     Field{"deterministic", &Column::deterministic},
                                     Field{"collation", &Column::collation},
                                     Field{"generated", &Column::generated}};
};

template <>
struct Fields<Table> {
    static constexpr std::tuple list{Field{"oid", &Table::oid},
                                     Field{"name", &Table::name},
                                     Field{"kind", &Table::kind},
                                     Field{"owner", &Table::owner},
                                     Field{"tablespace", &Table::tablespace},
                                     Field{"persistence", &Table::persistence},
                                     Field{"columns", &Table::columns},
                                     Field{"parent", &Table::partition_parent},
                                     Field{"partition_key", &Table::partition_key},
                                     Field{"bound", &Table::partition_bound},
                                     Field{"inherits", &Table::inherits},
                                     Field{"parents", &Table::parents},
                                     Field{"extension", &Table::extension_member},
                                     Field{"replica_identity", &Table::replica_identity},
                                     Field{"options", &Table::options}};
};

template <>
struct Fields<IndexKey> {
    static constexpr std::tuple list{
        Field{"column", &IndexKey::column},         Field{"expression", &IndexKey::expression},
        Field{"opclass", &IndexKey::opclass},       Field{"collation", &IndexKey::collation},
        Field{"descending", &IndexKey::descending}, Field{"nulls_first", &IndexKey::nulls_first}};
};

template <>
struct Fields<StatisticsTarget> {
    static constexpr std::tuple list{Field{"column", &StatisticsTarget::column},
                                     Field{"target", &StatisticsTarget::target}};
};

template <>
struct Fields<Index> {
    static constexpr std::tuple list{Field{"oid", &Index::oid},
                                     Field{"name", &Index::name},
                                     Field{"table", &Index::table},
                                     Field{"method", &Index::method},
                                     Field{"keys", &Index::keys},
                                     Field{"include", &Index::include},
                                     Field{"predicate", &Index::predicate},
                                     Field{"definition", &Index::definition},
                                     Field{"unique", &Index::unique},
                                     Field{"primary", &Index::primary},
                                     Field{"exclusion", &Index::exclusion},
                                     Field{"valid", &Index::valid},
                                     Field{"ready", &Index::ready},
                                     Field{"live", &Index::live},
                                     Field{"clustered", &Index::clustered},
                                     Field{"replica_identity", &Index::replica_identity},
                                     Field{"constraint", &Index::constraint},
                                     Field{"referenced", &Index::referenced_by_foreign_key},
                                     Field{"expression_statistics", &Index::expression_statistics},
                                     Field{"extension", &Index::extension_dependent},
                                     Field{"parent", &Index::parent},
                                     Field{"partitioned", &Index::partitioned},
                                     Field{"comment", &Index::comment},
                                     Field{"tablespace", &Index::tablespace},
                                     Field{"targets", &Index::statistics_targets}};
};

template <>
struct Fields<Constraint> {
    static constexpr std::tuple list{
        Field{"name", &Constraint::name}, Field{"table", &Constraint::table}, Field{"kind", &Constraint::kind},
        Field{"columns", &Constraint::columns}, Field{"referenced_table", &Constraint::referenced_table},
        Field{"referenced_columns", &Constraint::referenced_columns}, Field{"definition", &Constraint::definition}};
};

template <>
struct Fields<ExtendedStatistics> {
    static constexpr std::tuple list{Field{"name", &ExtendedStatistics::name},
                                     Field{"table", &ExtendedStatistics::table},
                                     Field{"definition", &ExtendedStatistics::definition},
                                     Field{"n_distinct", &ExtendedStatistics::n_distinct},
                                     Field{"dependencies", &ExtendedStatistics::dependencies}};
};

template <>
struct Fields<ColumnStatistics> {
    using S = ColumnStatistics;
    static constexpr std::tuple list{
        Field{"column", &S::column}, Field{"inherited", &S::inherited}, Field{"null_frac", &S::null_frac},
        Field{"avg_width", &S::avg_width}, Field{"n_distinct", &S::n_distinct}, Field{"correlation", &S::correlation},
        Field{"mcv", &S::most_common_vals}, Field{"mcf", &S::most_common_freqs}, Field{"bounds", &S::histogram_bounds},
        Field{"mce", &S::most_common_elems}, Field{"mcef", &S::most_common_elem_freqs},
        Field{"elem_histogram", &S::elem_count_histogram}};
};

template <>
struct Fields<ColumnBounds> {
    static constexpr std::tuple list{Field{"table", &ColumnBounds::table}, Field{"column", &ColumnBounds::column},
                                     Field{"min", &ColumnBounds::min}, Field{"max", &ColumnBounds::max}};
};

template <>
struct Fields<IndexHeight> {
    static constexpr std::tuple list{Field{"index", &IndexHeight::index}, Field{"levels", &IndexHeight::levels}};
};

template <>
struct Fields<IndexFill> {
    static constexpr std::tuple list{Field{"index", &IndexFill::index}, Field{"size", &IndexFill::size}, Field{"packed", &IndexFill::packed}};
};

template <>
struct Fields<RelationStatistics> {
    static constexpr std::tuple list{Field{"relation", &RelationStatistics::relation},
                                     Field{"columns", &RelationStatistics::columns},
                                     Field{"ends", &RelationStatistics::bounds}, Field{"heights", &RelationStatistics::heights},
                                     Field{"fills", &RelationStatistics::fills}};
};

template <>
struct Fields<Setting> {
    static constexpr std::tuple list{Field{"name", &Setting::name}, Field{"value", &Setting::value},
                                     Field{"unit", &Setting::unit}, Field{"source", &Setting::source}};
};

template <>
struct Fields<Definition> {
    static constexpr std::tuple list{Field{"kind", &Definition::kind}, Field{"name", &Definition::name}, Field{"sql", &Definition::sql}};
};

template <>
struct Fields<Target> {
    static constexpr std::tuple list{Field{"server_version_num", &Target::server_version_num},
                                     Field{"system_identifier", &Target::system_identifier},
                                     Field{"database", &Target::database}, Field{"host", &Target::host},
                                     Field{"port", &Target::port}};
};

template <>
struct Fields<ServerState> {
    using S = ServerState;
    static constexpr std::tuple list{Field{"target", &S::target},           Field{"now_us", &S::now},
                                     Field{"started_at_us", &S::started_at}, Field{"timeline", &S::timeline},
                                     Field{"in_recovery", &S::in_recovery}, Field{"next_xid", &S::next_xid},
                                     Field{"role", &S::role},               Field{"superuser", &S::superuser}};
};

template <>
struct Fields<StatementKey> {
    static constexpr std::tuple list{Field{"queryid", &StatementKey::queryid}, Field{"user", &StatementKey::user},
                                     Field{"database", &StatementKey::database},
                                     Field{"toplevel", &StatementKey::toplevel}};
};

template <>
struct Fields<Statement> {
    static constexpr std::tuple list{Field{"key", &Statement::key}, Field{"user", &Statement::user},
                                     Field{"pattern", &Statement::pattern}, Field{"truncated", &Statement::truncated},
                                     Field{"hidden", &Statement::hidden}};
};

template <>
struct Fields<Discontinuity> {
    static constexpr std::tuple list{Field{"family", &Discontinuity::family}, Field{"cause", &Discontinuity::cause},
                                     Field{"count", &Discontinuity::count}};
};

template <>
struct Fields<Warning> {
    static constexpr std::tuple list{Field{"code", &Warning::code}, Field{"message", &Warning::message},
                                     Field{"hint", &Warning::hint}};
};

template <>
struct Fields<Finding> {
    static constexpr std::tuple list{
        Field{"id", &Finding::id}, Field{"rule", &Finding::rule}, Field{"severity", &Finding::severity},
        Field{"relation", &Finding::relation}, Field{"object", &Finding::object}, Field{"summary", &Finding::summary},
        Field{"advice", &Finding::advice}, Field{"evidence", &Finding::evidence}, Field{"value", &Finding::value},
        Field{"threshold", &Finding::threshold}};
};

template <>
struct Fields<Action> {
    static constexpr std::tuple list{Field{"kind", &Action::kind}, Field{"index", &Action::index},
                                     Field{"table", &Action::table}, Field{"parent", &Action::parent},
                                     Field{"sql", &Action::sql}};
};

template <>
struct Fields<Rejection> {
    static constexpr std::tuple list{Field{"summary", &Rejection::summary}, Field{"target", &Rejection::target},
                                     Field{"reason", &Rejection::reason}};
};

template <>
struct Fields<SkippedQuery> {
    static constexpr std::tuple list{Field{"pattern", &SkippedQuery::pattern}, Field{"reason", &SkippedQuery::reason}};
};

template <>
struct Fields<Advice::Summary> {
    using S = Advice::Summary;
    static constexpr std::tuple list{Field{"before", &S::before},       Field{"after", &S::after},
                                     Field{"saved_pct", &S::saved_pct}, Field{"size", &S::size},
                                     Field{"calls", &S::what_if_calls}, Field{"elapsed", &S::elapsed},
                                     Field{"budget", &S::budget},       Field{"what_if", &S::what_if},
                                     Field{"queries", &S::queries},     Field{"skipped", &S::skipped}};
};

template <>
struct Fields<Advice> {
    static constexpr std::tuple list{Field{"rejected", &Advice::rejected}, Field{"summary", &Advice::summary},
                                     Field{"warnings", &Advice::warnings}};
};

}  // namespace dwopt::json
