// SPDX-License-Identifier: Apache-2.0
// Whether a teacher is fed and read rightly, judged by its answers on labelled samples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"

namespace apprentice::teacher {

struct TeacherFindings {
  double accuracy = 0.0;
  double chance = 0.0;                // share of the commonest class among the samples
  double best_order_accuracy = 0.0;   // with the teacher's outputs matched to the classes as well as can be
  std::vector<int64_t> best_order;    // class c is the teacher's output best_order[c]
  std::string other_order;            // a sentence when that order clearly fits better than the one in force
  std::vector<std::string> warnings;  // sentences; empty when nothing is suspicious
};

// Noticeably above always naming the commonest class: by ten points, or by half of what is left above it.
bool beats_chance(double accuracy, double chance);

// logits float32 [n, classes] as Teacher::predict gives them; labels [n], each in 0..classes-1. At least 1 sample.
// The best order is an optimal assignment (Kuhn 1955), so it is found for any number of classes.
TeacherFindings check_answers(const Tensor& logits, const std::vector<int32_t>& labels,
                              const std::vector<std::string>& class_names);

// `best_order` as the job says it: ["a", "b"], names in the order of the teacher's outputs.
std::string class_order_text(const std::vector<int64_t>& best_order, const std::vector<std::string>& class_names);

// Regression: values float32 [n, 1] as Teacher::predict gives them. Sentences; empty when nothing is suspicious: values
// that are not finite, errors no smaller than those of always naming the mean, answers in another unit than the targets
// (closely correlated, but off).
std::vector<std::string> check_values(const Tensor& values, const std::vector<float>& targets);

// Rows and columns matched one to one with the largest sum of gains[row][column] (Kuhn 1955, as Jonker and Volgenant
// 1987 shorten it). Square; gives the column of each row.
std::vector<int64_t> best_assignment(const std::vector<std::vector<double>>& gains);

}  // namespace apprentice::teacher
