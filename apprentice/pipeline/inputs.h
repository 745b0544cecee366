// SPDX-License-Identifier: Apache-2.0
// Inputs: everything a job names, loaded and checked against each other: data, splits, teacher, networks, device.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apprentice/data/dataset.h"
#include "apprentice/device/device.h"
#include "apprentice/model/net_spec.h"
#include "apprentice/pipeline/job.h"
#include "apprentice/teacher/teacher.h"
#include "apprentice/views/views.h"

namespace apprentice {

struct Inputs {
  Job job;
  Splits splits;
  std::shared_ptr<const Views> views;  // of the training split, which every arm is trained on; null = plain samples
  NetSpec student;                     // untrained, with normalisation and classes
  NetSpec taught;                      // the network of [teach]; no layers without one
  std::vector<NetSpec> assistants;     // those of [[assistant]]
  std::shared_ptr<Teacher> teacher;    // null without [teacher], and with [teach] until it is taught
  std::shared_ptr<Teacher> tutor;      // the last assistant, once it is trained: it teaches in the teacher's place
  DeviceProfile device;                // with the job's budget
};

// Whom the student, or the next assistant, learns from: the tutor, or the teacher where there is none; may be null.
inline std::shared_ptr<Teacher> tutor_of(const Inputs& inputs) {
  return inputs.tutor != nullptr ? inputs.tutor : inputs.teacher;
}

// Refuses what cannot work: unknown keys, data that cannot be read, a leaky or empty split, a single class, a teacher
// that does not fit the data, an unknown device.
Result<Inputs> load_inputs(const Job& job);

}  // namespace apprentice
