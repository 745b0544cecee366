// SPDX-License-Identifier: Apache-2.0
// Taps: where a feature loss looks into the student and into the teacher. Found from shapes alone; names override.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apprentice/losses/loss_kind.h"
#include "apprentice/model/net_spec.h"
#include "apprentice/targets/target_store.h"

namespace apprentice::train {

// Who gives the teacher's features: the teacher itself before labelling, its store in training.
struct FeatureSource {
  std::string place;  // leads messages
  // Ends of stages, shallow to deep, then the last vector: what is chosen from where nothing is named.
  std::vector<teacher::TeacherFeature> sensible;
  std::function<Result<Shape>(const std::string& name)> shape_of;
};
FeatureSource features_of(teacher::Teacher& teacher);
FeatureSource features_of(const targets::TargetStore& store);

// What a training with features needs beside student and loss. Empty for losses that look at logits alone.
struct FeaturePlan {
  std::vector<int> layers;     // of the student, shallow to deep: indices into NetSpec::layers
  std::vector<Shape> student;  // their shapes without the batch: [values] or [channels, height, width]
  std::vector<teacher::TeacherFeature> teacher;  // paired with them, with the shapes that are stored
  std::vector<Shape> teacher_shapes() const;
};

// Maps: the last value of every stage (model/stages.h), deepest with deepest; the teacher's are stored no larger than
// they are compared. Vectors: what the last dense layer sees; a teacher's map is averaged over its places. Refuses
// losses whose features one of the two does not have, names that do not exist, and another number of names for either.
Result<FeaturePlan> plan_features(const model::NetSpec& spec, const std::string& loss_name,
                                  const losses::LossKeys& keys, const FeatureSource& teacher);

}  // namespace apprentice::train
