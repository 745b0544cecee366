// SPDX-License-Identifier: Apache-2.0
// Teacher: a large model that answers. Sources and wrappers are rows of teacher/source_table.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "apprentice/base/config.h"
#include "apprentice/base/error.h"
#include "apprentice/base/tensor.h"
#include "apprentice/data/dataset.h"

namespace apprentice::teacher {

struct TeacherFeature {
  std::string name;
  Shape shape;  // without the samples' axis
};

struct TeacherInfo {
  TaskKind task = TaskKind::kClassification;
  Shape sample_shape;                    // raw samples it takes (before its own preprocessing), as the data set gives
  std::vector<std::string> class_names;  // in the order of its logits, already permuted to the data set's order
  bool names_classes = false;            // their order was told, not taken to be that of the data
  std::vector<TeacherFeature> features;  // the sensible ones: ends of stages, shallow to deep, then the last vector
  std::string fingerprint;               // of model bytes + preprocessing + output options
  int64_t macs = 0, parameters = 0;      // 0 when unknown (recorded answers)
  std::string description;               // "teacher.onnx (ONNX opset 13, 480320 parameters)"
};

struct TeacherAnswers {
  Tensor logits;                                         // float32 [n, classes]; [n, 1] in regression
  std::vector<std::pair<std::string, Tensor>> features;  // float32 [n, ...]
};

struct Preprocessing;  // teacher/preprocessing.h

// predict() may be called from one thread at a time; it uses the threads set by set_compute_threads (onnx/run/model.h).
class Teacher {
 public:
  virtual ~Teacher() = default;
  virtual const TeacherInfo& info() const = 0;
  // batch is float32 [n, ...sample]; `rows` are the samples' rows in the whole data (source_rows), which recorded
  // answers are found by.
  virtual Result<TeacherAnswers> predict(const Tensor& batch, const std::vector<int64_t>& rows) = 0;

  // The shape of a feature, without the samples' axis. Of ONNX models any value is one, by its name or its node's
  // number (onnx/run/features.h); an ensemble's are its members' ("0/relu_3"). Refuses others.
  virtual Result<Shape> feature_shape(const std::string& name) {
    return bad_input(info().description, "gives no feature '{}'; only ONNX models and taught teachers give features",
                     name);
  }
  // As predict(), with features that feature_shape() knows, in this order.
  virtual Result<TeacherAnswers> observe(const Tensor& batch, const std::vector<int64_t>& rows,
                                         const std::vector<std::string>& features) {
    promise(features.empty(), "observe is asked only for features that feature_shape() knows");
    return predict(batch, rows);
  }

  // Refuses, by the first one, rows that it has no answer for. Models answer any.
  virtual Status covers(const std::vector<int64_t>&) const { return {}; }
  // How it prepares samples; null where it takes none (recorded answers) or leaves that to its members.
  virtual const Preprocessing* preprocessing() const { return nullptr; }
  // As predict(), with samples prepared in another way of the same layout: for trials. Only with preprocessing().
  virtual Result<TeacherAnswers> predict_prepared(const Preprocessing&, const Tensor&) {
    throw BrokenPromise("predict_prepared is asked only of teachers with preprocessing()");
  }
  // The teachers that an ensemble averages; empty for others.
  virtual std::vector<Teacher*> members() { return {}; }
};

// Makes the teacher that the job's [teacher] table names, checked against the data it will answer for: input shape,
// class names and order. Keys: docs/howto/bring_your_teacher.md. Where this build cannot run its model, `known` may
// name a file that tells what another build knew of it (known_teacher.h).
Result<std::unique_ptr<Teacher>> make_teacher(Config& teacher, const data::DatasetInfo& data, const std::string& folder,
                                              const std::string& known = "");
std::vector<std::pair<std::string, std::string>> teacher_sources();  // name, summary

}  // namespace apprentice::teacher
