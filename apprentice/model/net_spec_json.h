// SPDX-License-Identifier: Apache-2.0
// A NetSpec inside a larger JSON document.
#pragma once

#include "apprentice/base/json_reader.h"
#include "apprentice/model/net_spec.h"

namespace apprentice::model {

// Refuses unknown keys, wrong types, absurd sizes: the reader keeps what is wrong.
NetSpec net_spec_from_json(const JsonReader& json);

}  // namespace apprentice::model
