// SPDX-License-Identifier: Apache-2.0
// What the name of a column says about its role.
#pragma once

#include <string>
#include <vector>

namespace apprentice::data {

// "Machine_failure" -> machine, failure; "sensorID2" -> sensor, id, 2.
std::vector<std::string> words_of(const std::string& name);

// Place of the first word that names an answer in the list of such words, likeliest first; -1 when there is none.
int label_rank(const std::string& name);
// Names a machine, run or batch and nothing else: "machine", "unit_no", but not "motor_speed".
bool names_group(const std::string& name);
bool names_time(const std::string& name);
// "cycle", "step": numbers that count along a recording.
bool names_counter(const std::string& name);
// "id", "index", "UDI": numbers that tell rows apart. Names that tools write for an index without a name, too.
bool names_identifier(const std::string& name);

}  // namespace apprentice::data
