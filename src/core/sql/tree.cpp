#include "tree.hpp"

#include "lexer.hpp"

#include <pg_query.h>

#include <algorithm>
#include <cctype>

namespace dwopt::sql {
namespace {

// libpg_query writes the tree by recursion without asking for the stack's depth: 5,000 levels overrun 8 MB.
constexpr std::size_t deepest = 1000;

// Counts characters up to cursorpos (1-based, in characters) as bytes: the library is told UTF-8.
std::size_t byte_position(const std::string& sql, int cursorpos) {
    std::size_t at = 0;
    for (int seen = 1; seen < cursorpos && at < sql.size(); ++seen)
        for (++at; at < sql.size() && (static_cast<unsigned char>(sql[at]) & 0xC0) == 0x80;) ++at;
    return at;
}

SyntaxError error_of(const PgQueryError& error, const std::string& sql) {
    const std::string message = error.message ? error.message : "syntax error";
    return {message, byte_position(sql, error.cursorpos), message.ends_with("at end of input") || message.starts_with("unterminated")};
}

SyntaxError refusal(const std::string& sql) {
    if (sql.find('\0') != std::string::npos) return {"a NUL byte in the text", sql.find('\0'), false};
    if (nesting(lex(sql).tokens) > deepest) return {"nested too deeply", 0, false};
    return {};
}

void* allocate(void* arena, std::size_t size) {
    return static_cast<std::pmr::monotonic_buffer_resource*>(arena)->allocate(size);
}
void keep(void*, void*) {}  // the arena goes as a whole

struct FreeParsed {
    using pointer = PgQueryProtobufParseResult*;
    void operator()(pointer result) const { pg_query_free_protobuf_parse_result(*result); }
};

Tree parse_unchecked(const std::string& sql) {
    auto parsed = pg_query_parse_protobuf(sql.c_str());
    const std::unique_ptr<PgQueryProtobufParseResult, FreeParsed> owner(&parsed);
    if (parsed.error) return Tree(error_of(*parsed.error, sql));
    auto arena = std::make_unique<std::pmr::monotonic_buffer_resource>(8 * parsed.parse_tree.len + 1024);
    ProtobufCAllocator allocator{allocate, keep, arena.get()};
    auto* result = pg_query__parse_result__unpack(&allocator, parsed.parse_tree.len,
                                                  reinterpret_cast<const std::uint8_t*>(parsed.parse_tree.data));
    return result ? Tree(result, std::move(arena)) : Tree(SyntaxError{"the syntax tree cannot be read", 0, false});
}

// Replaces $n after $n by '' and, where that is wrong too, by 1, until `attempt` has no error or complains of something else.
template <class Attempt>
SyntaxError attempt_with_replacements(std::string& sql, Attempt attempt) {
    constexpr int most = 32;  // attempts; utility statements with more literals than that get the hand-made fingerprint
    SyntaxError error = attempt();
    for (int i = 0; i < most && !error.message.empty() && error.position < sql.size(); ++i) {
        const std::size_t at = error.position;
        if (sql[at] == '$' && at + 1 < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at + 1]))) {
            sql.replace(at, 2, "''");
            for (std::size_t rest = at + 2; rest < sql.size() && std::isdigit(static_cast<unsigned char>(sql[rest])); ++rest)
                sql[rest] = ' ';
        } else if (sql.compare(at, 2, "''") == 0) {
            sql.replace(at, 2, "1 ");
        } else {
            break;
        }
        error = attempt();
    }
    return error;
}

}  // namespace

Tree parse(const std::string& sql) {
    if (auto error = refusal(sql); !error.message.empty()) return Tree(std::move(error));
    return parse_unchecked(sql);
}

Tree parse_normalised(std::string& sql) {
    if (auto error = refusal(sql); !error.message.empty()) return Tree(std::move(error));
    Tree tree{SyntaxError{}};
    attempt_with_replacements(sql, [&] {
        tree = parse_unchecked(sql);
        return tree.error();
    });
    return tree;
}

std::pair<std::uint64_t, SyntaxError> fingerprint(std::string sql) {
    std::uint64_t value = 0;
    auto error = refusal(sql);
    if (!error.message.empty()) return {0, std::move(error)};
    error = attempt_with_replacements(sql, [&] {
        const auto result = pg_query_fingerprint(sql.c_str());
        value = result.fingerprint;
        auto failure = result.error ? error_of(*result.error, sql) : SyntaxError{};
        pg_query_free_fingerprint_result(result);
        return failure;
    });
    return {error.message.empty() ? value : 0, std::move(error)};
}

}  // namespace dwopt::sql
