// SPDX-License-Identifier: Apache-2.0
#include "small_job.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "apprentice/base/files.h"
#include "apprentice/base/random.h"

namespace apprentice::test {

void write_waves(const std::string& folder, double noise) {
  Rng rng(5, "waves");
  std::string text = "run,side,kind,a,b\n";
  const char* kinds[] = {"slow", "fast", "mixed"};
  for (int run = 0; run < 24; ++run) {
    const int kind = run % 3;
    const char* side = run < 15 ? "train" : run < 18 ? "validation" : "test";
    const double phase = rng.uniform(0.0, 6.28);
    for (int row = 0; row < 64; ++row) {
      const double slow = std::sin(0.3 * row + phase), fast = std::sin(1.7 * row + phase);
      const double wave = kind == 0 ? slow : kind == 1 ? fast : 0.7 * (slow + fast);
      text += fmt::format("r{},{},{},{:.4f},{:.4f}\n", run, side, kinds[kind], wave + noise * rng.normal(),
                          3.0 - 2.0 * wave + 2.0 * noise * rng.normal());
    }
  }
  ASSERT_TRUE(write_file(folder + "/waves.csv", text));
}

JobTables small_job(const std::string& device) {
  return {
      {"", "name = \"waves\"\nseed = 3\nthreads = 1\n"},
      {"[data]",
       "format = \"csv\"\npath = \"waves.csv\"\nlabel = \"kind\"\ngroup = \"run\"\nattributes = [\"side\"]\n"
       "inputs = [\"a\", \"b\"]\n[data.window]\nlength = 32\nstride = 8\n"},
      {"[split]",
       "by = \"attribute\"\ncolumn = \"side\"\ntrain = \"train\"\nvalidation = \"validation\"\ntest = \"test\"\n"},
      {"[teach]", "family = \"conv1d\"\nwidth = 12\ndepth = 2\n[teach.train]\nepochs = 10\nbatch_size = 16\n"},
      {"[student]", "family = \"dscnn1d\"\nwidth = 8\ndepth = 1\n"},
      {"[loss]", "name = \"kd\"\nT = 2.0\n"},
      {"[train]", "epochs = 12\nbatch_size = 16\n"},
      {"[device]", fmt::format("name = \"{}\"\nvectors = 20\ncount_instructions = 1\n", device)},
      {"[report]", "bootstrap_rounds = 200\n"},
  };
}

JobTables small_hall(const std::string& device) {
  JobTables tables = small_job(device);
  const std::string common = fmt::format("name = \"{}\"\nvectors = 20\ncount_instructions = 1\n", device);
  tables.erase("[device]");
  tables[""] = "name = \"hall\"\nseed = 3\nthreads = 1\n";
  tables["[[device]]"] = "id = \"left\"\n" + common + "[device.relevance]\n" + kLeftRelevance +
                         "[[device]]\nid = \"right\"\n" + common +
                         "[device.relevance]\nclasses = [\"slow\", \"fast\"]\nrest = \"drop\"\nwindow = 16\n"
                         "[device.student]\nwidth = 4\n[device.train]\nepochs = 6\n";
  return tables;
}

void write_job(const JobTables& tables, const std::string& path) {
  std::string text;
  for (const auto& [name, body] : tables) text += (name.empty() ? "" : name + "\n") + body;
  ASSERT_TRUE(write_file(path, text));
}

}  // namespace apprentice::test
