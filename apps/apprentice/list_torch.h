// SPDX-License-Identifier: Apache-2.0
// Topics of `apprentice list` whose tables live beside libtorch: losses, operators, teachers, steps.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace apprentice::cli {

bool is_torch_topic(const std::string& topic);
// Names and summaries; only the engine has them.
std::vector<std::pair<std::string, std::string>> torch_rows(const std::string& topic);
// A topic's page for docs/; empty where there is none.
std::string markdown_of(const std::string& topic);

// ", libtorch 1.13.1" in the engine, "" elsewhere.
std::string engine_version();

}  // namespace apprentice::cli
