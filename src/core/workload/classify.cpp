#include "own_patterns.hpp"

#include "dwopt/stages.hpp"
#include "model/hash.hpp"
#include "sql/normalise.hpp"

namespace dwopt {
namespace {

constexpr std::string_view no_privilege = "<insufficient privilege>";

bool is_ours(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text.starts_with(workload::own_mark);
}

}  // namespace

Classified classify(const StatementText& text) {
    Classified out;
    out.statement.key = text.key;
    out.statement.user = text.user;
    if (text.text == no_privilege || text.key.queryid == 0) {
        // One pattern a user: more is not known of them. A hash, as a user's name may hold anything.
        out.statement.hidden = true;
        out.statement.pattern = "hidden-" + model::hex(model::fnv1a(text.user), 8);
        out.text = no_privilege;
    } else if (text.text.empty()) {
        // The server lost the text (its file of texts was damaged or too large); the queryid still tells them apart.
        out.statement.hidden = true;
        out.statement.pattern = "hidden-" + model::hex(static_cast<std::uint64_t>(text.key.queryid));
        out.text = "<text lost by the server>";
    } else if (is_ours(text.text)) {
        out.statement.pattern = workload::own_pattern;
        out.text = workload::own_mark;
    } else {
        auto normal = sql::normalise(text.text);
        out.statement.pattern = std::move(normal.fingerprint);
        out.statement.truncated = normal.truncated;
        out.text = std::move(normal.text);
    }
    return out;
}

}  // namespace dwopt
