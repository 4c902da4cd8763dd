-- What pandoc lacks of Quarto: numbered figures and tables, references to them, callouts, conditional content.
-- Used only by the project's own renderer. What it cannot do it reports on stderr, one line each:
-- problem <tab> sentence <tab> how to mend it <tab> text to look for in the sources.

local stringify = pandoc.utils.stringify
local is_typst, is_docx, is_html = FORMAT == "typst", FORMAT == "docx", FORMAT:match("html") ~= nil

local names = { fig = "Figure", tbl = "Table", sec = "Section", eq = "Equation" }
local callouts = {
  ["callout-note"] = "Note",
  ["callout-tip"] = "Tip",
  ["callout-important"] = "Important",
  ["callout-caution"] = "Caution",
  ["callout-warning"] = "Warning",
}
local numbers, ids, failed = {}, {}, false

local function report(sentence, mend, needle)
  failed = true
  io.stderr:write(table.concat({ "problem", sentence, mend, needle or "" }, "\t"), "\n")
end

local function kind_of(id)
  local kind = id:match("^(%a+)%-")
  return names[kind] and kind or nil
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

-- Conditional content ---------------------------------------------------------------------------------

local formats = { html = is_html, typst = is_typst, pdf = is_typst, docx = is_docx }

local function conditional(element)
  local visible, hidden = element.classes:includes("content-visible"), element.classes:includes("content-hidden")
  if not (visible or hidden) then
    return nil
  end
  local when, unless = element.attributes["when-format"], element.attributes["unless-format"]
  local holds = (not when or formats[when] == true) and (not unless or formats[unless] ~= true)
  return holds == visible and element.content or {}
end

-- Callouts and page breaks --------------------------------------------------------------------------------

local function callout(div)
  for class, name in pairs(callouts) do
    if div.classes:includes(class) then
      local title, first = div.attributes.title, div.content[1]
      if not title and first and first.t == "Header" then
        title = stringify(first)
        div.content:remove(1)
      end
      return pandoc.Div(div.content, pandoc.Attr(div.identifier, { "callout", class }, { title = title or name }))
    end
  end
end

local function page_break()
  if is_typst then
    return raw("#pagebreak(weak: true)")
  elseif is_docx then
    return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
  end
  return pandoc.RawBlock("html", '<div class="page-break"></div>')
end

local function blocks_of_quarto(div)
  if div.classes:includes("page-break") then
    return page_break()
  end
  if div.classes:includes("panel-tabset") or div.attributes["layout-ncol"] or div.attributes.layout then
    report("Tab sets and layouts cannot be rendered", "write the parts one after another", ".panel-tabset")
  end
  return callout(div) or conditional(div)
end

-- `::: {#fig-x}` and `::: {#tbl-x}` become plain figures and tables -----------------------------------------

local function content_of(div)
  local found
  div:walk({
    Image = function(image)
      found = image
    end,
  })
  return found
end

local function figure_from(div)
  local image, last = content_of(div), div.content[#div.content]
  if not image then
    report("The block " .. div.identifier .. " holds no image", "put one image into it", "#" .. div.identifier)
    return nil
  end
  local caption = (#div.content > 1 and last.t == "Para") and last.content or image.caption
  local alt = image.attributes["fig-alt"] or div.attributes["fig-alt"]
  image.attributes["fig-alt"] = alt
  local attr = pandoc.Attr(div.identifier)
  return pandoc.Figure({ pandoc.Plain({ image }) }, { long = { pandoc.Plain(caption) } }, attr)
end

local function table_from(div)
  for _, block in ipairs(div.content) do
    if block.t == "Table" then
      local last = div.content[#div.content]
      if last.t == "Para" then
        block.caption = { long = { pandoc.Plain(last.content) } }
      end
      block.identifier = div.identifier
      block.attributes["tbl-colwidths"] = block.attributes["tbl-colwidths"] or div.attributes["tbl-colwidths"]
      return block
    end
  end
  report("The block " .. div.identifier .. " holds no table", "put one table into it", "#" .. div.identifier)
end

local function float_div(div)
  local kind = kind_of(div.identifier)
  if kind == "fig" then
    return figure_from(div)
  elseif kind == "tbl" then
    return table_from(div)
  end
end

-- First pass: ids and numbers, in the order of the document --------------------------------------------------

local counts, sections = { fig = 0, tbl = 0, eq = 0 }, {}

local function note_id(element)
  local id = element.identifier
  if id ~= "" then
    if ids[id] then
      report("The id " .. id .. " is given twice", "give every figure, table and number its own id", id)
    end
    ids[id] = true
  end
end

local function count_float(element)
  note_id(element)
  local kind = kind_of(element.identifier)
  if counts[kind] then
    counts[kind] = counts[kind] + 1
    numbers[element.identifier] = tostring(counts[kind])
  end
end

-- `$$ … $$ {#eq-x alt="…"}` arrives as a formula and plain words.
local function equation(paragraph)
  local formula = paragraph.content[1]
  if formula and formula.t == "Math" and formula.mathtype == "DisplayMath" then
    local words = stringify(pandoc.Inlines({ table.unpack(paragraph.content, 2) }))
    words = words:gsub("“", '"'):gsub("”", '"')
    local id, alt = words:match("{#(eq%-[%w%-]+)"), words:match('alt="(.-)"%s*[}%w]')
    return formula, id, alt
  end
end

local function count_equation(paragraph)
  local formula, id = equation(paragraph)
  if formula and id then
    count_float({ identifier = id })
  end
end

local function count_section(header)
  note_id(header)
  if header.classes:includes("unnumbered") then
    return
  end
  for level = #sections + 1, header.level do
    sections[level] = 0
  end
  for level = header.level + 1, #sections do
    sections[level] = nil
  end
  sections[header.level] = sections[header.level] + 1
  numbers[header.identifier] = table.concat(sections, ".")
end

local function count_all(doc)
  doc:walk({
    traverse = "topdown",
    Header = count_section,
    Figure = count_float,
    Table = count_float,
    Para = count_equation,
    Div = note_id,
    Span = note_id,
    Link = note_id,
  })
end

-- References ----------------------------------------------------------------------------------------------

local function reference(citation)
  local id = citation.id
  local name, number = names[kind_of(id)], numbers[id]
  if not number then
    report("@" .. id .. " names no numbered " .. name:lower(), "give its id as {#" .. id .. "}", "@" .. id)
    return pandoc.Str(id)
  end
  local short = citation.mode == "SuppressAuthor"
  if is_typst then
    return pandoc.RawInline("typst", ("#ref(<%s>, supplement: [%s])"):format(id, short and "" or name))
  end
  return pandoc.Link((short and "" or name .. "\u{a0}") .. number, "#" .. id, "", pandoc.Attr("", { "cross-reference" }))
end

local function references(cite)
  local found = pandoc.Inlines({})
  for place, citation in ipairs(cite.citations) do
    if not kind_of(citation.id) then
      return nil
    end
    if place > 1 then
      found:extend({ pandoc.Str(","), pandoc.Space() })
    end
    found:extend(citation.prefix)
    if #citation.prefix > 0 then
      found:insert(pandoc.Space())
    end
    found:insert(reference(citation))
    found:extend(citation.suffix)
  end
  return found
end

local function check_link(link)
  local id = link.target:match("^#(.+)$")
  if id and not ids[id] then
    report("A link leads to #" .. id .. ", which does not exist", "correct the link or add the id", "#" .. id)
  end
end

local function check_number(span)
  local address = span.attributes.address
  if span.classes:includes("number") and address and not ids["address-" .. address] then
    local sentence = "The number %s has the address %s, but no annex table has the id address-%s"
    local mend = "include the annex table of numbers, with []{#address-%s} in the row of this number"
    report(sentence:format(stringify(span), address, address), mend:format(address), 'address="' .. address .. '"')
  end
end

-- Images --------------------------------------------------------------------------------------------------

local function exists(path)
  local stream = io.open(path, "rb")
  return stream ~= nil and stream:close()
end

local function image_file(image)
  if image.src:match("^%a+:") then
    report("The image " .. image.src .. " lies outside the project", "keep the file in figures/", image.src)
    return
  end
  image.src = image.src:gsub("^/", "")
  if is_docx and exists((image.src:gsub("%.svg$", ".png"))) then
    image.src = image.src:gsub("%.svg$", ".png")
  end
  if not exists(image.src) then
    report("The image " .. image.src .. " does not exist", "make the figure or correct its path", image.src:match("([^/]+)%.%w+$"))
  end
end

local function alternative(image, id)
  local alt = image.attributes["fig-alt"]
  if (not alt or alt == "") and id then
    report("The figure " .. id .. " has no fig-alt", 'describe it for those who cannot see it: fig-alt="..."', "#" .. id)
  end
  return alt or stringify(image.caption)
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function with_alternative(image, alt)
  if is_typst then
    local width = image.attributes.width
    local size = width and width:match("^[%d.]+%%$") and ", width: " .. width or ""
    return pandoc.RawInline("typst", ("#image(%s, alt: %s%s)"):format(typst_string(image.src), typst_string(alt), size))
  end
  image.attributes["fig-alt"] = nil
  image.caption = pandoc.Inlines({ pandoc.Str(alt) })
  return image
end

local function inline_image(image)
  if image.attributes.done then
    image.attributes.done = nil
    return image
  end
  image_file(image)
  local alt = alternative(image, nil)
  if alt == "" then
    report("The image " .. image.src .. " has no text in its place", "write ![what it shows](file)", image.src:match("[^/]+$"))
  end
  return with_alternative(image, alt)
end

-- Figures and tables, written out -----------------------------------------------------------------------------

local function caption_of(element)
  local long = element.caption.long
  return #long > 0 and pandoc.utils.blocks_to_inlines(long) or pandoc.Inlines({})
end

local function numbered(element, kind)
  local number, caption = numbers[element.identifier], caption_of(element)
  if number then
    local label = pandoc.Inlines({ pandoc.Str(names[kind] .. "\u{a0}" .. number .. ":"), pandoc.Space() })
    label:extend(caption)
    return label
  end
  return caption
end

local function typst_float(element, kind, body, position)
  local caption = pandoc.Plain(caption_of(element))
  local number = numbers[element.identifier]
  local label = element.identifier ~= "" and " <" .. element.identifier .. ">" or ""
  local close = ('], kind: "quarto-float-%s", supplement: "%s"%s)%s')
  local tail = close:format(kind, names[kind], number and "" or ", numbering: none", label)
  local blocks = pandoc.Blocks({ raw("#figure([") })
  blocks:extend(body)
  blocks:extend({ raw("], caption: figure.caption(position: " .. position .. ", ["), caption, raw("])" .. tail:sub(2)) })
  return blocks
end

local function figure(element)
  local images = 0
  element.content = element.content:walk({
    Image = function(image)
      images = images + 1
      image_file(image)
      local replaced = with_alternative(image, alternative(image, element.identifier ~= "" and element.identifier or image.src))
      if replaced.t == "Image" then
        replaced.attributes.done = "yes"
      end
      return replaced
    end,
  })
  if is_typst then
    return typst_float(element, "fig", element.content, "bottom"), false
  end
  element.caption = { long = { pandoc.Plain(numbered(element, "fig")) } }
  return element
end

local function column_widths(element)
  local text = element.attributes["tbl-colwidths"]
  element.attributes["tbl-colwidths"] = nil
  if not text then
    return
  end
  local widths, total = {}, 0
  for width in text:gmatch("[%d.]+") do
    widths[#widths + 1] = tonumber(width)
    total = total + tonumber(width)
  end
  if #widths ~= #element.colspecs then
    local sentence = "The table %s has %d columns, but tbl-colwidths gives %d"
    report(sentence:format(element.identifier, #element.colspecs, #widths), "give one width a column", element.identifier)
    return
  end
  element.colspecs = element.colspecs:map(function(column)
    return { column[1], table.remove(widths, 1) / total }
  end)
end

local function table_in_html(element, caption)
  local id = element.identifier
  element.identifier, element.caption = "", { long = {} }
  element.attributes["aria-labelledby"] = id .. "-caption"
  element.attributes["aria-label"] = stringify(caption)
  local head = pandoc.Blocks({ pandoc.RawBlock("html", ('<figure class="table" id="%s"><figcaption id="%s-caption">'):format(id, id)) })
  head:extend({ pandoc.Plain(caption), pandoc.RawBlock("html", "</figcaption>"), element, pandoc.RawBlock("html", "</figure>") })
  return head
end

local function table_out(element)
  column_widths(element)
  if #element.caption.long == 0 and element.identifier == "" then
    element.classes:insert("typst:no-figure")
    return element, false
  end
  local caption = numbered(element, "tbl")
  if is_typst then
    local plain = element:clone()
    plain.caption, plain.identifier = { long = {} }, ""
    plain.classes:insert("typst:no-figure")
    return typst_float(element, "tbl", { plain }, "top"), false
  elseif is_html then
    return table_in_html(element, caption), false
  end
  element.caption = { long = { pandoc.Plain(caption) } }
  return element
end

-- Formulas ------------------------------------------------------------------------------------------------

local function equation_out(paragraph)
  local formula, id, alt = equation(paragraph)
  if not formula then
    return nil
  end
  if not alt then
    report("A formula has no alt text", 'write $$ ... $$ {#eq-name alt="the formula in words"}', formula.text:match("[^\n]+"))
  end
  if is_typst then
    local set = "#[#set math.equation(alt: %s%s)"
    local numbering = id and ', numbering: "(1)"' or ""
    local before = pandoc.RawInline("typst", set:format(typst_string(alt or ""), numbering) .. "\n")
    local after = pandoc.RawInline("typst", (id and " <" .. id .. ">" or "") .. "]")
    return pandoc.Plain({ before, formula, after })
  end
  local number = id and { pandoc.Space(), pandoc.Str("(" .. numbers[id] .. ")") } or {}
  return pandoc.Para({ pandoc.Span({ formula, table.unpack(number) }, pandoc.Attr(id or "", { "equation" })) })
end

local function inline_formula(formula)
  if formula.mathtype == "InlineMath" then
    report("A formula stands within a sentence", "say it in words, or give it a line of its own", "$" .. formula.text .. "$")
  end
end

-- Metadata: the date as it is read, authors as names -------------------------------------------------------------

local months = {
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
}

local function metadata(meta)
  local year, month, day = stringify(meta.date or ""):match("^(%d%d%d%d)-(%d%d)-(%d%d)$")
  if year then
    meta["date-iso"] = meta.date
    meta.date = pandoc.MetaInlines(pandoc.Inlines(("%d %s %s"):format(day, months[tonumber(month)], year)))
  end
  local authors = pandoc.List({})
  for _, author in ipairs(meta.author or {}) do
    authors:insert(author.name or author)
  end
  meta.author = pandoc.MetaList(authors)
  return meta
end

function Pandoc(doc)
  doc = doc:walk({ traverse = "topdown", Div = blocks_of_quarto, Span = conditional })
  doc = doc:walk({ Div = float_div })
  count_all(doc)
  doc:walk({ Link = check_link, Span = check_number })
  doc = doc:walk({ Cite = references })
  doc:walk({ Math = inline_formula })
  doc = doc:walk({ traverse = "topdown", Figure = figure, Table = table_out, Para = equation_out })
  doc = doc:walk({ Image = inline_image })
  if failed then
    os.exit(9, true)
  end
  doc.meta = metadata(doc.meta)
  return doc
end
