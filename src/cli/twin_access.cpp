#include "twin_access.hpp"

#include "loop/bundle_warehouse.hpp"
#include "model/image.hpp"

#include <unistd.h>

namespace dwopt::cli {
namespace {

// A socket's path ends at 107 bytes.
constexpr std::size_t longest_runtime = 60;

}  // namespace

twin::Options twin_options(const Session& session) {
    twin::Options options;
    options.directory = session.workspace() / "twin";
    options.bindir = session.config().twin_bindir;
    options.idle = session.config().twin_idle;
    const auto runtime = session.environment().get("XDG_RUNTIME_DIR");
    if (runtime && runtime->size() <= longest_runtime && access(runtime->c_str(), W_OK) == 0) options.runtime = *runtime;
    return options;
}

std::unique_ptr<twin::Twin> open_twin(Session& session) {
    auto run = session.run();
    const auto server = run.store.last_server();
    const auto image = model::image_of(run.store.catalog(), server ? server->target.server_version_num : 0);
    if (image.schema.empty()) {
        throw Error(ErrorKind::refused, "the last snapshot holds no schema to build a planner twin from",
                    "Take a new one with 'dwopt collect'.");
    }
    return twin::build(image, twin_options(session), run.progress, run.cancel);
}

bool from_bundle(Session& session) {
    const auto target = session.store().target();
    return target && target->host == loop::bundle_host;
}

}  // namespace dwopt::cli
