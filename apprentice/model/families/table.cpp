// SPDX-License-Identifier: Apache-2.0
// The table of families.
#include "apprentice/model/families/rows.h"

namespace apprentice {

const std::vector<FamilyKind>& family_kinds() {
  using namespace family_rows;
  static const std::vector<FamilyKind> kinds = {mlp, conv1d, dscnn1d, dscnn2d, resnet1d, resnet2d, inceptiontime};
  return kinds;
}

}  // namespace apprentice
