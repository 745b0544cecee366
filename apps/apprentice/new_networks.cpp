// SPDX-License-Identifier: Apache-2.0
#include "new_networks.h"

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::cli {
namespace {

std::string teach_text(size_t rank) {
  return fmt::format(
      "\n[teach]                  # no teacher was given, so one is trained; see apprentice list families\n"
      "family = \"{}\"\n\n[teach.train]\nepochs = 30\n",
      rank == 1   ? "mlp"
      : rank == 2 ? "inceptiontime"
                  : "resnet2d");
}

std::string student_text(const DatasetInfo& info) {
  const size_t rank = info.sample_shape.size();
  return fmt::format("\n[student]                # samples are {}\nfamily = \"{}\"\n", to_string(info.sample_shape),
                     rank == 1   ? "mlp"
                     : rank == 2 ? "dscnn1d"
                                 : "dscnn2d");
}

std::string loss_text(TaskKind task) {
  if (task == TaskKind::kRegression) return "\n[loss]\nname = \"mse\"\nhard_weight = 0.5\nsoft_weight = 0.5\n";
  return "\n[loss]\nname = \"kd\"\nT = 4.0                  # softens the teacher's answers\n"
         "hard_weight = 0.1        # labels\nsoft_weight = 0.9        # teacher\n";
}

}  // namespace

std::string networks_text(const DatasetInfo& info, Tutored tutored) {
  std::string text;
  if (tutored == Tutored::kByTaught) text += teach_text(info.sample_shape.size());
  text += student_text(info) + loss_text(info.task);
  return text + "\n[train]\nepochs = 40\npatience = 10            # epochs without a better validation metric\n";
}

}  // namespace apprentice::cli
