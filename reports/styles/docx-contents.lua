-- A contents list for Word that is filled in: pandoc's own stays empty until Word updates it, and other
-- programs never do. Word replaces these lines by its own, with page numbers, when it updates the field.

local stringify = pandoc.utils.stringify

local function escaped(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

-- As pandoc names a bookmark: Word allows 40 characters.
local function bookmark(id)
  return (#id <= 40 and id:match("^%a")) and id or "X" .. pandoc.utils.sha1(id):sub(2)
end

local function number_of(header, counts)
  if header.classes:includes("unnumbered") then
    return ""
  end
  for level = 1, 9 do
    counts[level] = level > header.level and 0 or counts[level] or 0
  end
  counts[header.level] = counts[header.level] + 1
  return table.concat(counts, ".", 1, header.level) .. "  "
end

local function entries(doc, depth)
  local counts, found = {}, {}
  doc:walk({
    Header = function(header)
      local number = number_of(header, counts)
      if header.level <= depth and not header.classes:includes("unlisted") then
        found[#found + 1] = { header.level, header.identifier, escaped(number .. stringify(header)) }
      end
    end,
  })
  return found
end

local open_field = '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">'
  .. 'TOC \\o "1-%d" \\h \\z \\u</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
local close_field = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
local line = '<w:p><w:pPr><w:pStyle w:val="TOC%d"/></w:pPr>%s'
  .. '<w:hyperlink w:anchor="%s"><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:hyperlink></w:p>'

local function contents(title, found, depth)
  local parts = { '<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr><w:r><w:t>' .. escaped(title) .. "</w:t></w:r></w:p>" }
  for place, entry in ipairs(found) do
    local field = place == 1 and open_field:format(depth) or ""
    parts[#parts + 1] = line:format(entry[1], field, bookmark(entry[2]), entry[3])
  end
  parts[#parts + 1] = close_field
  return pandoc.RawBlock("openxml", table.concat(parts, "\n"))
end

function Pandoc(doc)
  local depth = tonumber(stringify(doc.meta["toc-depth"] or "3"))
  local found = entries(doc, depth)
  if #found > 0 and stringify(doc.meta.toc or "") == "true" then
    local before = pandoc.Blocks(doc.meta["include-before"] or {})
    before:insert(contents(stringify(doc.meta["toc-title"] or "Contents"), found, depth))
    doc.meta["include-before"] = pandoc.MetaBlocks(before)
    doc.meta.toc = nil -- or pandoc would add its own
  end
  return doc
end
