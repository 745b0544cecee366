// SPDX-License-Identifier: Apache-2.0
// Nets behind a front end.
#pragma once

#include "apprentice/families/frontends.h"
#include "apprentice/layers/net_input.h"
#include "tests/quant/nets.h"

namespace apprentice::test {

// Without the search for ranges, which takes its time under sanitizers.
inline const quant::QuantOptions kPlainCalibration = {quant::CalibrationMethod::kMinMax};

// A family's net on the features of raw windows of `raw`, whose values are about 1; texts are TOML keys.
inline model::Model frontend_model(const std::string& frontend, const std::string& family, const Shape& raw,
                                   int64_t outputs) {
  Config keys = *Config::parse(frontend, "test");
  model::FrontendSpec spec = *families::read_frontend(keys, raw);
  for (int64_t c = 0; c < raw[0]; ++c) {
    spec.mean.push_back(0.25F * static_cast<float>(c));
    spec.scale.push_back(4096.0F);
  }
  const Shape features = frontend::Frontend::create(spec, raw)->feature_shape();
  model::Model model = family_model(family, features, outputs, 3);
  model.spec.input_shape = raw;
  model.spec.frontend = spec;
  model.spec.input_mean.assign(static_cast<size_t>(features[0]), 25.0F);
  model.spec.input_scale.assign(static_cast<size_t>(features[0]), 0.25F);
  return model;
}

// On log spectra.
inline model::Model spectrum_model(const std::string& frontend, const std::string& family, const Shape& raw,
                                   int64_t outputs) {
  return frontend_model("kind = \"spectrum\"\n" + frontend, family, raw, outputs);
}

}  // namespace apprentice::test
