// What must hold for every verb: it is in the help, the man pages, the completions and the golden cases, and they all
// say the same options. A missing piece is a failure. DWOPT_UPDATE=1 rewrites the generated files instead.
#include "completion.hpp"
#include "config.hpp"
#include "help.hpp"
#include "verbs.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace dwopt;
using namespace dwopt::cli;
namespace fs = std::filesystem;

namespace {

using Lines = std::multiset<std::string>;

std::string content(const fs::path& file) {
    std::ifstream stream(file);
    INFO("missing: ", file.string());
    REQUIRE(stream.good());
    return {std::istreambuf_iterator<char>(stream), {}};
}

fs::path source(const std::string& below) { return fs::path(DWOPT_SOURCE_DIR) / below; }

// roff as plain text: fonts and escapes gone.
std::string plain(std::string text) {
    const auto replace = [&](std::string_view what, std::string_view by) {
        for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) text.replace(at, what.size(), by);
    };
    for (const auto* font : {"\\fB", "\\fI", "\\fR", "\\&"}) replace(font, "");
    replace("\\-", "-");
    replace("\\(dq", "\"");
    return text;
}

// The tags (.TP, then the tag's line) of one section of a page; with its subsection before it, if it has any.
Lines tags(const std::string& page, const std::string& section) {
    Lines found;
    std::istringstream lines(page);
    std::string line, subsection;
    bool inside = false, tag = false;
    while (std::getline(lines, line)) {
        if (line.starts_with(".SH ")) inside = line == ".SH " + section;
        if (line.starts_with(".SS ")) subsection = line.substr(4) + ' ';
        if (inside && tag) found.insert(subsection + plain(line));
        tag = line == ".TP";
    }
    return found;
}

Lines spelled(const OptionSet& options, bool shared) {
    Lines result;
    for (const Option& option : options.all()) {
        if (option.shared == shared) result.insert(option.spelled());
    }
    return result;
}

std::string man_page(const std::string& name) { return content(source("man/" + name)); }

void compare_file(const fs::path& file, const std::string& wanted) {
    if (std::getenv("DWOPT_UPDATE") != nullptr) std::ofstream(file) << wanted;
    const bool same = content(file) == wanted;
    INFO("stale, to be made anew with DWOPT_UPDATE=1: ", file.string());
    CHECK(same);
}

}  // namespace

TEST_CASE("every verb helps") {
    for (const Verb& verb : verbs()) {
        CAPTURE(verb.name);
        const DeclaredVerb declared = declare(verb);
        const std::string help = help_text(verb, declared.options);
        for (const Option& option : declared.options.all()) CHECK(help.find(option.spelled()) != std::string::npos);
        CHECK(help_text().find(std::string(verb.summary)) != std::string::npos);
        CHECK(usage_text().find(std::string(verb.name)) != std::string::npos);
        std::istringstream lines(help);
        for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
    }
}

TEST_CASE("every verb has a man page that tells its options, all and only these") {
    for (const Verb& verb : verbs()) {
        CAPTURE(verb.name);
        const DeclaredVerb declared = declare(verb);
        const std::string page = man_page(fmt::format("dwopt-{}.1", verb.name));
        CHECK(tags(page, "OPTIONS") == spelled(declared.options, false));
        CHECK(plain(page).find(fmt::format("dwopt-{} - {}", verb.name, verb.summary)) != std::string::npos);
        for (const auto* section : {"SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "FILES", "EXAMPLES", "SEE ALSO"}) {
            CAPTURE(section);
            CHECK(page.find(fmt::format("\n.SH {}\n", section)) != std::string::npos);
        }
        for (const Option& option : declared.options.all()) {
            if (option.shared) continue;
            for (const auto& choice : option.choices) CHECK(plain(page).find(choice) != std::string::npos);
        }
    }
}

TEST_CASE("dwopt(1) tells the shared options and the verbs") {
    const std::string page = man_page("dwopt.1");
    const DeclaredVerb any = declare(verbs().front());
    CHECK(tags(page, "OPTIONS") == spelled(any.options, true));
    CHECK(tags(page, "VERBS").size() == verbs().size());
    for (const Verb& verb : verbs()) {
        CHECK(plain(page).find(fmt::format(".BR {} \", see \" dwopt-{} (1)\n{}\n", verb.name, verb.name, verb.summary)) !=
              std::string::npos);
    }
}

TEST_CASE("dwopt.toml(5) tells every key and its default, all and only these") {
    Lines wanted;
    for (const Key& key : keys()) wanted.insert(fmt::format("[{}] {} = {}", key.section, key.name, default_text(key)));
    CHECK(tags(man_page("dwopt.toml.5"), "KEYS") == wanted);
}

TEST_CASE("the checked-in completions and example configuration are those dwopt makes") {
    compare_file(source("completions/dwopt.bash"), completion_script("bash"));
    compare_file(source("completions/_dwopt"), completion_script("zsh"));
    compare_file(source("completions/dwopt.fish"), completion_script("fish"));
    compare_file(source("examples/dwopt.toml"), example_config());
}

TEST_CASE("the completions know every verb, option and value") {
    for (const auto& shell : shells()) {
        const std::string script = completion_script(shell);
        for (const Verb& verb : verbs()) {
            const DeclaredVerb declared = declare(verb);
            CAPTURE(shell);
            CAPTURE(verb.name);
            CHECK(script.find(std::string(verb.name)) != std::string::npos);
            for (const Option& option : declared.options.all()) {
                const std::string name = (shell == "fish" ? "-l " : "--") + option.name;
                if (!option.positional) CHECK(script.find(name) != std::string::npos);
                const std::string choices = fmt::format("{}", fmt::join(option.choices, " "));
                CHECK(script.find(choices) != std::string::npos);
            }
        }
    }
}

TEST_CASE("every verb has golden cases, and every golden case a verb") {
    std::vector<std::string> known = verb_names();
    known.emplace_back("dwopt");
    for (const auto& verb : known) {
        CAPTURE(verb);
        CHECK(fs::exists(source("tests/cli/" + verb + "/help/cmd")));
        const auto count = std::distance(fs::directory_iterator(source("tests/cli/" + verb)), fs::directory_iterator());
        CHECK(count >= 2);
    }
    for (const auto& entry : fs::directory_iterator(source("tests/cli"))) {
        if (entry.is_directory()) CHECK(std::count(known.begin(), known.end(), entry.path().filename().string()) == 1);
    }
}

TEST_CASE("options are spelled once, and shared ones alike everywhere") {
    const DeclaredVerb first = declare(verbs().front());
    for (const Verb& verb : verbs()) {
        CAPTURE(verb.name);
        const DeclaredVerb declared = declare(verb);
        std::set<std::string> names;
        std::set<char> letters;
        for (const Option& option : declared.options.all()) {
            CAPTURE(option.name);
            CHECK(names.insert(option.name).second);
            if (option.letter != 0) CHECK(letters.insert(option.letter).second);
            CHECK(option.set);
            CHECK_FALSE(option.help.empty());
            CHECK_FALSE(option.help.ends_with('.'));
        }
        CHECK(spelled(declared.options, true) == spelled(first.options, true));
    }
}
