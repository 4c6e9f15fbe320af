#include "app.hpp"

#include "exit_status.hpp"
#include "help.hpp"
#include "parse.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace dwopt::cli {

App::App(int argc, char** argv, const Environment& environment, const StopSignal& stop)
    : arguments_(argv, argv + argc), words_(argv, argv + argc), environment_(environment), stop_(stop) {}

void App::understand() {
    // Before the verb is known only the shared options may stand, in their widest form: the verb checks their values.
    OptionSet before;
    Shared().declare(before, {});
    Words words = split(before, words_, Until::first_word);
    if (words.rest.empty()) {
        OptionSet shared;
        shared_.declare(shared, common_formats());
        return carry_over(shared, words);
    }
    verb_ = &find_verb(words.rest.front());
    declared_ = declare(*verb_);
    Words behind = split(declared_->options, {words.rest.begin() + 1, words.rest.end()}, Until::end);
    behind.given.insert(behind.given.begin(), words.given.begin(), words.given.end());
    if (was_given(behind, "help") || was_given(behind, "version")) {  // whatever else is wrong with the line
        declared_->shared->help = was_given(behind, "help");
        declared_->shared->version = !declared_->shared->help;
        return;
    }
    carry_over(declared_->options, behind);
    declared_->shared->check();
}

// Overwrites a connection string with a password where the process list shows it.
void App::hide_password() {
    const std::string& dsn = declared_->shared->connection.dsn;
    if (!pq::has_password(dsn)) return;
    const std::string shown = pq::redacted(dsn);
    for (char* argument : arguments_) {
        char* found = std::strstr(argument, dsn.c_str());
        if (found == nullptr) continue;
        std::memset(found, ' ', dsn.size());
        std::memcpy(found, shown.data(), std::min(shown.size(), dsn.size()));
    }
}

int App::show(const std::string& text) {
    Sink(std::nullopt).write(text);
    return exit_done;
}

int App::show_usage() {
    const Error missing(ErrorKind::usage, "no verb given", "See the verbs with 'dwopt --help'.");
    if (shared_.output.json()) Sink(std::nullopt).write(render_failure(missing, {command(), SystemClock(stop_).now(), {}, {}}));
    Console(shared_.output, environment_).show(usage_text());
    return exit_usage;
}

int App::run() {
    understand();
    if (declared_) hide_password();
    const Shared& shared = declared_ ? *declared_->shared : shared_;
    if (shared.version) return show(version_text());
    if (shared.help) return show(verb_ != nullptr ? help_text(*verb_, declared_->options) : help_text());
    if (verb_ == nullptr) return show_usage();
    session_.emplace(*verb_, shared, environment_, stop_);
    session_->prepare();
    return session_->status(declared_->command->run(*session_));
}

int App::fail(const Error& error) {
    const bool interrupted = stop_.requested() && error.kind() != ErrorKind::usage;
    const Error told(interrupted ? ErrorKind::interrupted : error.kind(), error.what(), error.hint());
    if (session_) {
        session_->finish_failed(told);
    } else if (asks_for_json(words_)) {
        Sink(std::nullopt).write(render_failure(told, {command(), SystemClock(stop_).now(), {}, {}}));
    }
    OutputOptions options = declared_ ? declared_->shared->output : shared_.output;
    Console(options, environment_).error(told.what(), told.hint());
    return exit_status(told.kind(), stop_.exit_status());
}

int App::fail(const std::exception& defect) {
    return fail(Error(ErrorKind::internal, fmt::format("a defect in dwopt: {}", defect.what()),
                      "Please report it with the command line and the output of 'dwopt --version'."));
}

}  // namespace dwopt::cli
