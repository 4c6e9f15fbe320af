// Locks between dwopt processes that share a workspace. They end with the process, however it ends.
#pragma once

#include "dwopt/units.hpp"

#include <filesystem>

namespace dwopt::workspace {

// An flock(2) on a file of the workspace directory, held for the object's life; the holder's pid stands in the file.
class FileLock {
  public:
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;

  protected:
    // Makes directory and file if need be. Error{busy} that names the holder's pid if the lock is not had within
    // `wait`; Error{workspace} as workspace::open().
    FileLock(const std::filesystem::path& directory, const char* file, const char* what, Duration wait);
    ~FileLock();

  private:
    void release() noexcept;
    int descriptor_ = -1;
};

// One `apply` or `rollback` at a time in a workspace. Does not wait.
class DeploymentLock : public FileLock {
  public:
    explicit DeploymentLock(const std::filesystem::path& directory);
};

// One `collect` at a time: two that start from the same last snapshot would count the same activity twice.
class CollectLock : public FileLock {
  public:
    explicit CollectLock(const std::filesystem::path& directory, Duration wait = std::chrono::seconds(30));
};

}  // namespace dwopt::workspace
