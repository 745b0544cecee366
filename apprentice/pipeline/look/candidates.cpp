// SPDX-License-Identifier: Apache-2.0
#include "apprentice/pipeline/look/candidates.h"

#include <algorithm>

namespace apprentice::pipeline {
namespace {

constexpr int64_t kMostDenseValues = 2048;                   // of a window, for a dense layer over all of it
constexpr int64_t kShortestFrame = 32, kLongestFrame = 512;  // of a spectrum
constexpr int64_t kLongWindow = 256;                         // from here on a teacher looks at every fourth row

// At most `most`, and odd: such a kernel has a middle.
int64_t odd(int64_t value, int64_t most) { return std::max<int64_t>(3, std::min(value, most) | 1); }

Candidate mlp(int64_t width, int64_t depth) {
  return {fmt::format("mlp of width {}", width),
          fmt::format("family = \"mlp\"\nwidth = {}\ndepth = {}\n", width, depth)};
}

std::vector<Candidate> window_students(const Shape& shape) {
  const int64_t length = shape[1], wide = odd(length / 8, 31);
  std::vector<Candidate> list = {
      {"conv1d", "family = \"conv1d\"\nwidth = 16\ndepth = 3\n"},
      {"dscnn1d",
       fmt::format("family = \"dscnn1d\"\nwidth = 24\ndepth = 3\nstem_stride = {}\n", length < 128 ? 2 : 4)}};
  if (wide > 7) {
    list.push_back({fmt::format("conv1d with kernels of {}", wide),
                    fmt::format("family = \"conv1d\"\nwidth = 16\ndepth = 3\nkernel = {}\n", wide)});
  }
  if (element_count(shape) <= kMostDenseValues) list.push_back(mlp(32, 2));
  Candidate numbers = mlp(32, 2);
  numbers.name += " on statistics";
  numbers.frontend = "kind = \"statistics\"\nof = [\"mean\", \"log_deviation\", \"last\", \"slope\"]\n";
  list.push_back(numbers);
  const int64_t frame = std::min(length, kLongestFrame);
  if (frame < kShortestFrame) return list;
  Candidate spectra = mlp(32, 2);
  spectra.name += " on the log spectrum";
  spectra.frontend = fmt::format("kind = \"spectrum\"\nframe = {}\n", frame);
  list.push_back(spectra);
  return list;
}

std::string loss_keys(TaskKind task, double labels, double answers) {
  const bool values = task == TaskKind::kRegression;
  return fmt::format("name = \"{}\"\n{}hard_weight = {:.1f}        # labels\nsoft_weight = {:.1f}        # teacher\n",
                     values ? "mse" : "kd", values ? "" : "T = 2.0                  # softens the teacher's answers\n",
                     labels, answers);
}

}  // namespace

std::vector<Candidate> student_candidates(const Shape& sample_shape) {
  if (sample_shape.size() == 1) return {mlp(16, 2), mlp(32, 2), mlp(64, 2)};
  if (sample_shape.size() == 2) return window_students(sample_shape);
  return {{"dscnn2d", "family = \"dscnn2d\"\nwidth = 32\ndepth = 4\nstem_kernel = 3\n"},
          {"dscnn2d with a stem of 10 x 4", "family = \"dscnn2d\"\nwidth = 32\ndepth = 4\n"},
          {"resnet2d", "family = \"resnet2d\"\nwidth = 8\n"}};
}

std::vector<Candidate> teacher_candidates(const Shape& sample_shape) {
  const Candidate trees{"boosted trees",
                        "family = \"trees\"\nlearning_rate = 0.2\nrow_share = 0.8\ncolumn_share = 0.5\n"};
  if (sample_shape.size() == 1) return {trees, mlp(256, 3)};
  if (sample_shape.size() > 2) return {{"resnet2d", "family = \"resnet2d\"\n"}};
  const int64_t length = sample_shape[1];
  return {trees,
          {"inceptiontime", fmt::format("family = \"inceptiontime\"\nwidth = 16\ndepth = 3\nkernel = {}\n{}",
                                        odd(length / 4, 31), length > kLongWindow ? "stem_stride = 4\n" : "")}};
}

std::vector<Way> ways_to_learn(const Shape& sample_shape, TaskKind task) {
  const std::string both = loss_keys(task, 0.5, 0.5), answers = loss_keys(task, 0.0, 1.0);
  std::vector<Way> ways = {{"labels and answers", both, ""}};
  if (sample_shape.size() > 2) return ways;
  const std::string mixup = "[[views.augment]]\nname = \"mixup\"\n";
  ways.push_back({"answers to mixed samples", answers, mixup});
  if (sample_shape.size() < 2) return ways;
  const std::string changes =
      "[[views.augment]]\nname = \"shift\"\nmost = 0.1\n"
      "[[views.augment]]\nname = \"scale\"\ndeviation = 0.1\n"
      "[[views.augment]]\nname = \"noise\"\nleast_db = 10.0\nmost_db = 30.0\n";
  ways.push_back({"labels and answers to changed samples", both, changes});
  ways.push_back({"answers to changed and mixed samples", answers, changes + mixup});
  return ways;
}

}  // namespace apprentice::pipeline
