// The terminal: messages, the progress display and the question for consent. Everything here goes to standard error;
// standard output belongs to the document (sink.hpp).
#pragma once

#include "dwopt/error.hpp"
#include "dwopt/ports.hpp"
#include "environment.hpp"
#include "shared_options.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace dwopt::cli {

class Console : public Progress {
  public:
    Console(const OutputOptions& options, const Environment& environment);
    ~Console() override;
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    // One line, redrawn in place ten times a second at most, on a terminal only.
    void update(std::string_view what, double fraction) override;
    void clear();  // takes the progress display away

    void say(std::string_view text);      // unless quiet
    void detail(std::string_view text);   // with --verbose
    void warn(const Warning& warning);    // unless quiet
    void error(const std::string& message, const std::string& hint);
    void show(std::string_view text);     // even when quiet: what a question is about

    [[nodiscard]] bool can_ask() const;   // standard input is a terminal
    // True for "y" or "yes". Throws Error{interrupted} when a signal came instead of an answer.
    [[nodiscard]] bool ask(std::string_view question, const Cancellation& cancel);

    [[nodiscard]] bool shows_progress() const { return progress_; }
    [[nodiscard]] bool colour_errors() const { return colour_; }

  private:
    bool quiet_;
    bool verbose_;
    bool progress_;
    bool colour_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_draw_{};
};

// Whether colours belong on `descriptor`, by --color, NO_COLOR and TERM.
[[nodiscard]] bool wants_colour(const std::string& when, int descriptor, const Environment& environment);
// Columns of the terminal on `descriptor`; 0 if it is none.
[[nodiscard]] int terminal_width(int descriptor);
// Control characters but newline and tab shown as \xNN, so that a name out of a catalog cannot steer the terminal.
[[nodiscard]] std::string harmless(std::string_view text);
// Writes all of it; false when the reader is gone (EPIPE). Throws Error{failed} for any other failure.
bool write_all(int descriptor, std::string_view text, std::string_view subject);

}  // namespace dwopt::cli
