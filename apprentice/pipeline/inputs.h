// SPDX-License-Identifier: Apache-2.0
// Inputs: everything a job names, loaded and checked against each other: data, splits, teacher, networks, device.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apprentice/data/relevance.h"
#include "apprentice/device/device.h"
#include "apprentice/model/net_spec.h"
#include "apprentice/pipeline/job.h"
#include "apprentice/teacher/teacher.h"
#include "apprentice/views/views.h"

namespace apprentice::pipeline {

struct Inputs {
  Job job;
  data::Splits full;                               // what the teacher sees
  data::Splits splits;                             // what the student sees: the same, or what [relevance] keeps of it
  std::optional<data::RelevantSplits> relevance;   // `splits` once more, with what was kept; absent without [relevance]
  std::shared_ptr<const views::Views> full_views;  // of the full training split, for the teacher; null = plain
  std::shared_ptr<const views::Views> views;       // the same as the student sees it, which every arm is trained on
  model::NetSpec student;                          // untrained, with normalisation and classes; no layers in a hall
  std::vector<model::NetSpec> taught;              // of each member of [teach], untrained; no layers where it is trees
  std::vector<model::NetSpec> assistants;          // those of [[assistant]], on what the student sees; none in a hall
  std::shared_ptr<teacher::Teacher> teacher;       // that of [teacher]; null without
  int64_t hop = 0;                                 // of [stream]; 0 without
  metrics::Metric metric = metrics::Metric::kAccuracy;  // by which the student is judged; of a hall, its teacher
  device::DeviceProfile device;                         // with the job's budget
};

// A hall has none of its own.
inline bool has_student(const Inputs& inputs) { return !inputs.student.layers.empty(); }
// That of [teacher], or one that [teach] trains.
inline bool has_teacher(const Inputs& inputs) { return inputs.teacher != nullptr || inputs.job.teach.present; }

// Training samples of each class; empty in regression.
std::vector<int64_t> count_classes(const data::Dataset& data);

// Of each device, in the job's order; before them what the devices of a hall share.
struct JobInputs {
  std::optional<Inputs> shared;  // data, views and teacher of a hall, no student; absent in a job of one device
  std::vector<Inputs> devices;   // each on the data and the teacher of its hall
};
// Refuses what cannot work: unknown keys, data that cannot be read, a leaky or empty split, a single class, a teacher
// that does not fit the data, an unknown device. An error of one device of a hall names it. `run` is the run directory
// where there is one: it tells of a teacher that this build cannot run.
Result<JobInputs> load_inputs(const Job& job, const std::string& run = "");

// "device 'left': ..."
tl::unexpected<Error> of_device(const std::string& id, Error error);

// The job with every default, each device of a hall with its own tables in full: itself a job.
nlohmann::ordered_json explain(const JobInputs& inputs);

}  // namespace apprentice::pipeline
