#include "json/storage.hpp"

#include "codec.hpp"
#include "json/contract.hpp"
#include "recommendation_reader.hpp"

namespace dwopt::json {
namespace {

Error damaged(const std::string& why) {
    return Error(
        ErrorKind::workspace, "stored object is damaged: " + why,
        "Check the workspace with 'sqlite3 dwopt.db \"PRAGMA integrity_check\"' and restore it from a backup.");
}

}  // namespace

template <class T>
std::string store(const T& value) {
    if constexpr (std::is_same_v<T, Recommendation>) return compact(to_json(value));
    else return compact(encode(value));
}

template <class T>
T load(std::string_view text) {
    try {
        const Json parsed = Json::parse(text);
        if constexpr (std::is_same_v<T, Recommendation>) {
            return read_recommendation(Reader(parsed, ""));
        } else {
            T value{};
            decode(parsed, value);
            return value;
        }
    } catch (const Json::exception& e) {
        throw damaged("error " + std::to_string(e.id));  // its text would quote the data
    } catch (const Error& e) {
        throw damaged(e.what());
    } catch (const std::exception& e) {
        throw damaged(e.what());
    }
}

template <class T>
std::uint64_t fingerprint(const T& value) {
    Hasher hasher;
    hasher.add(value);
    return hasher.result();
}

#define DWOPT_STORED(...)                                        \
    template std::string store<__VA_ARGS__>(const __VA_ARGS__&); \
    template __VA_ARGS__ load<__VA_ARGS__>(std::string_view);
#define DWOPT_HASHED(...)      \
    DWOPT_STORED(__VA_ARGS__) \
    template std::uint64_t fingerprint<__VA_ARGS__>(const __VA_ARGS__&);

DWOPT_HASHED(RelationName)
DWOPT_HASHED(Table)
DWOPT_HASHED(Index)
DWOPT_HASHED(Constraint)
DWOPT_HASHED(ExtendedStatistics)
DWOPT_HASHED(RelationStatistics)
DWOPT_HASHED(Setting)
DWOPT_HASHED(Definition)
DWOPT_HASHED(Target)
DWOPT_HASHED(ServerState)
DWOPT_HASHED(Statement)
DWOPT_HASHED(Finding)
DWOPT_HASHED(Action)
DWOPT_HASHED(std::vector<Discontinuity>)
DWOPT_HASHED(std::vector<Warning>)
DWOPT_STORED(Recommendation)
DWOPT_STORED(Advice)

}  // namespace dwopt::json
