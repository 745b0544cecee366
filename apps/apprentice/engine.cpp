// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "list_torch.h"

namespace apprentice::cli {

bool is_torch_topic(const std::string& topic) {
  return topic == "losses" || topic == "operators" || topic == "steps" || topic == "teachers";
}

bool needs_engine(int argc, char** argv) {
#ifdef APPRENTICE_ENGINE
  constexpr bool kIsEngine = true;
#else
  constexpr bool kIsEngine = false;
#endif
  if (kIsEngine || argc < 3 || std::strcmp(argv[1], "list") != 0) return false;
  return std::any_of(argv + 2, argv + argc, [](const char* word) { return is_torch_topic(word); });
}

std::string engine_path() {
  std::error_code code;
  return (std::filesystem::read_symlink("/proc/self/exe", code).parent_path() / "apprentice-engine").string();
}

Status become_engine(char** argv) {
  const std::string engine = engine_path();
  ::execv(engine.c_str(), argv);
  return fail(ErrorKind::kMissingTool, engine, "cannot start it: {}; it belongs beside 'apprentice'",
              std::strerror(errno));
}

}  // namespace apprentice::cli
