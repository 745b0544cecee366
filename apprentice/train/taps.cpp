// SPDX-License-Identifier: Apache-2.0
#include "apprentice/train/taps.h"

#include <algorithm>

#include "apprentice/base/nearest.h"
#include "apprentice/layers/layer.h"
#include "apprentice/model/stages.h"

namespace apprentice::train {

using losses::Taps;

namespace {

// A feature of the student, before it is paired.
struct OwnTap {
  int layer = 0;
  Shape shape;
};

bool wants_maps(Taps kind) { return kind == Taps::kMaps || kind == Taps::kLastMaps; }

// What there is too much of is dropped at the shallow end.
template <typename T>
void keep_deepest(std::vector<T>& taps, size_t count) {
  if (taps.size() > count) taps.erase(taps.begin(), taps.end() - static_cast<std::ptrdiff_t>(count));
}

Result<std::vector<OwnTap>> named_layers(const model::NetSpec& spec, const std::vector<Shape>& shapes,
                                         const std::vector<std::string>& wanted, Taps kind) {
  std::vector<std::string> names;
  for (const model::LayerSpec& layer : spec.layers) names.push_back(layer.name);
  std::vector<OwnTap> taps;
  for (const std::string& name : wanted) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      return bad_input(spec.name, "has no layer '{}'; {}", name, known_names("layers", names, name));
    const auto layer = found - names.begin();
    const Shape shape = model::feature_shape(shapes[static_cast<size_t>(layer)]);
    if (model::is_map(shape) != wants_maps(kind)) {
      return bad_input(spec.name, "layer '{}' gives {}; the loss looks at {}", name, apprentice::to_string(shape),
                       wants_maps(kind) ? "maps" : "a vector");
    }
    taps.push_back({static_cast<int>(layer), shape});
  }
  return taps;
}

Result<std::vector<OwnTap>> student_taps(const model::NetSpec& spec, const std::vector<std::string>& names, Taps kind) {
  APPRENTICE_TRY(const std::vector<Shape> shapes, layers::infer_shapes(spec));
  if (!names.empty()) return named_layers(spec, shapes, names, kind);
  const model::Stages stages = model::find_stages(layers::graph_values(spec, shapes), shapes.size());
  std::vector<OwnTap> taps;
  const auto add = [&](size_t value) {
    taps.push_back({static_cast<int>(value) - 1, model::feature_shape(shapes[value - 1])});
  };
  if (wants_maps(kind)) {
    for (const size_t value : stages.maps) add(value);
  } else if (stages.vector) {
    add(*stages.vector);
  }
  return taps;
}

Result<std::vector<teacher::TeacherFeature>> named_features(const FeatureSource& teacher,
                                                            const std::vector<std::string>& names, Taps kind) {
  std::vector<teacher::TeacherFeature> taps;
  for (const std::string& name : names) {
    APPRENTICE_TRY(const Shape given, teacher.shape_of(name));
    const Shape shape = model::feature_shape(given);
    if (shape.empty() || (wants_maps(kind) && !model::is_map(shape))) {
      return bad_input(teacher.place, "feature '{}' is {}; the loss looks at {}", name, apprentice::to_string(given),
                       wants_maps(kind) ? "maps, [channels, time] or [channels, height, width]" : "a vector or maps");
    }
    taps.push_back({name, shape});
  }
  return taps;
}

Result<std::vector<teacher::TeacherFeature>> teacher_taps(const FeatureSource& teacher,
                                                          const std::vector<std::string>& names, Taps kind) {
  if (!names.empty()) return named_features(teacher, names, kind);
  std::vector<teacher::TeacherFeature> maps, vectors;
  for (const teacher::TeacherFeature& feature : teacher.sensible) {
    const Shape shape = model::feature_shape(feature.shape);
    if (!shape.empty()) (model::is_map(shape) ? maps : vectors).push_back({feature.name, shape});
  }
  if (wants_maps(kind)) return maps;
  if (vectors.empty()) vectors = maps;  // averaged over their places
  keep_deepest(vectors, 1);
  return vectors;
}

// The shape that the teacher's feature is stored with: what the loss compares, and no more.
Shape stored_shape(const Shape& student, const Shape& teacher, Taps kind) {
  if (kind == Taps::kVector) return {teacher[0]};
  if (kind == Taps::kLastMaps) return teacher;
  return {teacher[0], std::min(student[1], teacher[1]), std::min(student[2], teacher[2])};
}

Status check_taps(bool any, const std::string& place, const std::string& loss, Taps kind) {
  if (any) return {};
  return bad_input(place, "loss '{}' looks at {}, but there are none here; choose another loss", loss,
                   wants_maps(kind) ? "maps at the ends of stages" : "the vector before the last dense layer");
}

}  // namespace

FeatureSource features_of(teacher::Teacher& teacher) {
  return {teacher.info().description, teacher.info().features,
          [&teacher](const std::string& name) { return teacher.feature_shape(name); }};
}

FeatureSource features_of(const targets::TargetStore& store) {
  const auto shape_of = [&store](const std::string& name) -> Result<Shape> {
    std::vector<std::string> names;
    for (const teacher::TeacherFeature& feature : store.features()) {
      if (feature.name == name) return feature.shape;
      names.push_back(feature.name);
    }
    return bad_input(store.folder(), "has no feature '{}'; {}", name, known_names("features", names, name));
  };
  return {store.folder(), store.features(), shape_of};
}

std::vector<Shape> FeaturePlan::teacher_shapes() const {
  std::vector<Shape> shapes;
  for (const teacher::TeacherFeature& feature : teacher) shapes.push_back(feature.shape);
  return shapes;
}

Result<FeaturePlan> plan_features(const model::NetSpec& spec, const std::string& loss_name,
                                  const losses::LossKeys& keys, const FeatureSource& teacher) {
  FeaturePlan plan;
  const Taps kind = losses::find_loss_kind(loss_name)->taps;
  if (kind == Taps::kNone) return plan;
  const std::vector<std::string> own_names = keys.taps("student_taps"), teacher_names = keys.taps("teacher_taps");
  APPRENTICE_TRY(std::vector<OwnTap> own, student_taps(spec, own_names, kind));
  APPRENTICE_CHECK(check_taps(!own.empty(), spec.name, loss_name, kind));
  if (kind != Taps::kOwnVector) {
    APPRENTICE_TRY(plan.teacher, teacher_taps(teacher, teacher_names, kind));
    APPRENTICE_CHECK(check_taps(!plan.teacher.empty(), teacher.place, loss_name, kind));
    const size_t wanted = kind == Taps::kMaps ? std::min(own.size(), plan.teacher.size()) : 1;
    if ((!own_names.empty() && own.size() != wanted) || (!teacher_names.empty() && plan.teacher.size() != wanted)) {
      return bad_input(spec.name, "loss '{}' pairs {} features of the student with {} of the teacher; name {} of both",
                       loss_name, own.size(), plan.teacher.size(), kind == Taps::kMaps ? "as many" : "one");
    }
    keep_deepest(own, wanted);
    keep_deepest(plan.teacher, wanted);
  }
  for (size_t i = 0; i < own.size(); ++i) {
    plan.layers.push_back(own[i].layer);
    plan.student.push_back(own[i].shape);
    if (!plan.teacher.empty()) plan.teacher[i].shape = stored_shape(own[i].shape, plan.teacher[i].shape, kind);
  }
  return plan;
}

}  // namespace apprentice::train
