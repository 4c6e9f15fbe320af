#include "parse.hpp"

#include "dwopt/error.hpp"
#include "suggest.hpp"

#include <doctest/doctest.h>

using namespace dwopt;
using namespace dwopt::cli;

namespace {

struct Line {
    std::string dsn;
    bool yes = false;
    std::vector<std::string> sections;
    std::vector<std::string> ids;
    std::optional<int> top;
    std::optional<Bytes> budget;
    OptionSet options;

    Line() {
        options.value("dsn", 'd', "CONNINFO", "").into(dsn);
        options.flag("yes", 'y', "").into(yes);
        options.value("section", 0, "NAME,...", "").into(sections).one_of({"patterns", "clusters"});
        options.value("top", 0, "N", "").into(top, 1);
        options.value("budget", 0, "SIZE", "").into(budget);
        options.argument("ID", "").into(ids);
    }

    Line& read(const std::vector<std::string>& words) {
        carry_over(options, split(options, words, Until::end));
        return *this;
    }

    std::string error(const std::vector<std::string>& words) {
        try {
            read(words);
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::usage);
            return std::string(error.what()) + " | " + error.hint();
        }
        return "no error";
    }
};

}  // namespace

TEST_CASE("values in every spelling") {
    CHECK(Line().read({"-d", "x"}).dsn == "x");
    CHECK(Line().read({"-dx"}).dsn == "x");
    CHECK(Line().read({"--dsn=x"}).dsn == "x");
    CHECK(Line().read({"-yd", "x"}).yes);
    CHECK(Line().read({"--dsn", "first", "--dsn", "last"}).dsn == "last");
    CHECK(Line().read({"--section", "patterns,clusters", "--section=patterns"}).sections.size() == 3);
    CHECK(Line().read({"--budget", "1.5GB"}).budget->value == 3LL << 29);
}

TEST_CASE("hostile values arrive unchanged") {
    for (const std::string text : {"", "[a,b]", "{x}", "\"q\"", "it's", "a\nb", "ü€", "--yes", "-", "a=b", "%s"}) {
        CAPTURE(text);
        CHECK(Line().read({"--dsn", text}).dsn == text);
    }
    CHECK(Line().read({"--dsn=", "word"}).dsn.empty());
    CHECK(Line().read({"--dsn=", "word"}).ids == std::vector<std::string>{"word"});
    CHECK(Line().read({"--dsn=" + std::string(100'000, 'x')}).dsn.size() == 100'000);
}

TEST_CASE("words that look like options stand behind --") {
    CHECK(Line().read({"a", "--", "-x", "--", "b"}).ids == std::vector<std::string>{"a", "-x", "--", "b"});
    CHECK(Line().read({"-"}).ids == std::vector<std::string>{"-"});
}

TEST_CASE("mistakes name option, value and the nearest word") {
    CHECK(Line().error({"--dns", "x"}) == "unknown option '--dns' | Did you mean '--dsn'? See the options with 'dwopt --help'.");
    CHECK(Line().error({"-z"}) == "unknown option '-z' | See the options with 'dwopt --help'.");
    CHECK(Line().error({"--dsn"}).starts_with("option '--dsn' needs a value | "));
    CHECK(Line().error({"--yes=no"}).starts_with("option '--yes' takes no value | "));
    CHECK(Line().error({"--section", "patern"}) ==
          "unknown value 'patern': option '--section' | Did you mean 'patterns'? It takes patterns, clusters.");
    CHECK(Line().error({"--section", ","}).starts_with("',' names nothing"));
    CHECK(Line().error({"--top", "0"}).starts_with("'0' is no whole number from 1: option '--top'"));
    CHECK(Line().error({"--top", "99999999999"}).starts_with("'99999999999' is no whole number"));
    CHECK(Line().error({"--top", "3x"}).starts_with("'3x' is no whole number"));
    CHECK(Line().error({"--budget", "-1"}).starts_with("'-1' is not a size: option '--budget'"));
}

TEST_CASE("the verb ends the first part of the line") {
    Line line;
    const Words words = split(line.options, {"-d", "x", "collect", "--bogus", "-y"}, Until::first_word);
    CHECK(words.given.size() == 1);
    CHECK(words.rest == std::vector<std::string>{"collect", "--bogus", "-y"});
    CHECK_THROWS_AS(static_cast<void>(split(line.options, {"--bogus", "collect"}, Until::first_word)), Error);
}

TEST_CASE("a broken line still says whether it wants JSON") {
    CHECK(asks_for_json({"collect", "--bogus", "-f", "json"}));
    CHECK(asks_for_json({"--format=json"}));
    CHECK(asks_for_json({"-fjson"}));
    CHECK_FALSE(asks_for_json({"-f"}));
    CHECK_FALSE(asks_for_json({"json"}));
}

TEST_CASE("edit distance counts insertions, deletions, replacements and swaps") {
    CHECK(edit_distance("collect", "collect") == 0);
    CHECK(edit_distance("colect", "collect") == 1);
    CHECK(edit_distance("collcet", "collect") == 1);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ca", "abc") == 3);  // restricted: no edit between swapped letters
    CHECK_FALSE(nearest("frobnicate", {"collect", "apply"}));
    CHECK_FALSE(nearest(std::string(10'000, 'a'), {"a"}));
    CHECK(nearest("rec", {"report", "recommend"}) == "recommend");
}
