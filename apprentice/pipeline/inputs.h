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

namespace apprentice {

struct Inputs {
  Job job;
  Splits full;                              // what the teacher sees
  Splits splits;                            // what the student sees: the same, or what [relevance] keeps of it
  std::optional<RelevantSplits> relevance;  // `splits` once more, with what was kept; absent without [relevance]
  std::shared_ptr<const Views> full_views;  // of the full training split, which the teacher answers; null = plain
  std::shared_ptr<const Views> views;       // the same as the student sees it, which every arm is trained on
  NetSpec student;                          // untrained, with normalisation and classes; no layers in a hall
  std::vector<NetSpec> taught;              // of each member of [teach], untrained; no layers where it is trees
  std::vector<NetSpec> assistants;          // those of [[assistant]], on what the student sees; none in a hall
  std::shared_ptr<Teacher> teacher;         // null without [teacher], and with [teach] until it is taught
  std::shared_ptr<Teacher> tutor;           // the last assistant, once it is trained, in the teacher's place
  Metric metric = Metric::kAccuracy;        // by which the student is judged; of a hall, its teacher
  DeviceProfile device;                     // with the job's budget
};

// Whom the student, or the next assistant, learns from: the tutor, or the teacher where there is none; may be null.
inline std::shared_ptr<Teacher> tutor_of(const Inputs& inputs) {
  return inputs.tutor != nullptr ? inputs.tutor : inputs.teacher;
}

// Training samples of each class; empty in regression.
std::vector<int64_t> count_classes(const Dataset& data);

// Refuses what cannot work: unknown keys, data that cannot be read, a leaky or empty split, a single class, a teacher
// that does not fit the data, an unknown device.
Result<Inputs> load_inputs(const Job& job);

// What the devices of a hall share: data, views, teacher.
Result<Inputs> load_hall_inputs(const Job& hall);
// Those of one device, on the data and the teacher of its hall.
Result<Inputs> load_device_inputs(const Inputs& hall, const std::string& id);

}  // namespace apprentice
