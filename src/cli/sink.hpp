// Where the one document of a run goes: standard output, or a file that is replaced as a whole or not at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dwopt::cli {

class Sink {
  public:
    // Without a path, or with "-": standard output. A path is tried at once, so that an unwritable place is known before
    // the work: throws Error{usage}. A device or pipe is written to directly, all else through a temporary file of mode
    // 0600 beside it.
    explicit Sink(const std::optional<std::string>& path);
    ~Sink();  // removes the temporary file of a document that was never written
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    // Once. A reader that went away (head, less) is no error. Throws Error{failed}.
    void write(std::string_view document);

  private:
    std::string path_;       // empty: standard output
    std::string temporary_;  // empty: written directly
    int descriptor_ = -1;
};

}  // namespace dwopt::cli
