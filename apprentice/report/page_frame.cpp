// SPDX-License-Identifier: Apache-2.0
#include "apprentice/report/page_frame.h"

#include <fmt/format.h>

#include "apprentice/report/format.h"
#include "apprentice/report/page_style.h"

namespace apprentice::report {
namespace {

// No script at all and nothing from elsewhere; the policy makes the browser hold the page to it.
constexpr const char* kHead = R"(<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="color-scheme" content="light dark"/>
<title>{}</title>
<style>{}</style>
</head>
<body>
<main>
)";

}  // namespace

std::string page_html(const std::string& title, const std::string& body, const std::string& json_name) {
  return fmt::format(kHead, escape_html(title), kPageStyle) + body +
         "<footer>This page is one file, needs no network and runs no script. The same figures for programs: " +
         escape_html(json_name) + ".</footer>\n</main>\n</body>\n</html>\n";
}

std::string section_html(const std::string& title, const std::string& lead, const std::string& body) {
  if (body.empty()) return "";
  return "<section><h2>" + escape_html(title) + "</h2>" + (lead.empty() ? "" : "<p>" + escape_html(lead) + "</p>") +
         "\n" + body + "</section>\n";
}

std::string grid_html(const std::string& figures) {
  return figures.empty() ? "" : "<div class=\"grid\">" + figures + "</div>\n";
}

std::string fact_html(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return "<dt>" + escape_html(name) + "</dt><dd>" + escape_html(value) + "</dd>\n";
}

std::string code_fact_html(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return "<dt>" + escape_html(name) + "</dt><dd><code>" + escape_html(value) + "</code></dd>\n";
}

}  // namespace apprentice::report
