// SPDX-License-Identifier: Apache-2.0
// Methods to compare: losses with their keys, as the command line names them. docs/howto/choose_a_method.md
#pragma once

#include <string>
#include <vector>

#include "apprentice/pipeline/inputs.h"

namespace apprentice::pipeline {

struct Method {
  std::string name;  // "kd", "kd:T=1,hard_weight=0"; "job": the loss of the job's [loss]
  std::string slug;  // the name as a folder: "kd-T=1-hard_weight=0"
  LossJob loss;
};

// "kd,kd:T=1,hard_weight=0,dkd" as its three methods: a part with = but without : is a key of the method before it.
std::vector<std::string> split_methods(const std::string& list);

// Refuses what no training could use: unknown losses and keys, a loss of the other task, one that needs a teacher
// where the job has none.
Result<Method> read_method(const std::string& name, const Job& job);
// Those of a list, without the loss of the control arm and without repetitions. An empty list stands for the loss of
// the job and every loss of its task that learns from a teacher's outputs, with its defaults; what looks at features is
// named.
Result<std::vector<Method>> read_methods(const std::vector<std::string>& names, const Job& job);

}  // namespace apprentice::pipeline
