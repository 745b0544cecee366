// SPDX-License-Identifier: Apache-2.0
// What every page of this folder shares: head, style, sections, footer. Written as well-formed XML, so that a browser's
// XML parser can check it. Internal to report/.
#pragma once

#include <string>

namespace apprentice::report {

// `title` is not yet escaped; `json_name` is the file that holds the same figures for programs.
std::string page_html(const std::string& title, const std::string& body, const std::string& json_name);
// Empty where `body` is; title and lead are not yet escaped.
std::string section_html(const std::string& title, const std::string& lead, const std::string& body);
std::string grid_html(const std::string& figures);
// One entry of <dl class="facts">; empty where `value` is.
std::string fact_html(const std::string& name, const std::string& value);
std::string code_fact_html(const std::string& name, const std::string& value);

}  // namespace apprentice::report
