-- The paper's own blocks, labels and addressed numbers.
-- Used by Quarto (after its own filters) and by the project's renderer (after quarto-compat.lua).

local stringify = pandoc.utils.stringify
local is_typst, is_docx, is_html = FORMAT == "typst", FORMAT == "docx", FORMAT:match("html") ~= nil

local boxes = {
  ["key-points"] = { title = "Key points", style = "Key Points" },
  ["exec-summary"] = { style = "Executive Summary" },
  ["recommendations"] = { style = "Recommendations" },
  ["notice"] = { style = "Notice" },
  ["callout"] = { style = "Callout" },
}

local states = { met = true, partly = true, ["not-met"] = true, uncertain = true, ["not-assessable"] = true }

local function first_class(element, known)
  for _, class in ipairs(element.classes) do
    if known[class] then
      return class
    end
  end
end

local function typst_inlines(before, content, after)
  local parts = pandoc.Inlines({ pandoc.RawInline("typst", before) })
  parts:extend(content)
  parts:insert(pandoc.RawInline("typst", after))
  return parts
end

-- Boxes ---------------------------------------------------------------------------------------------

local function box_in_typst(kind, title, content)
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", '#policy-box("' .. kind .. '")[') })
  if title then
    blocks:insert(pandoc.Plain(typst_inlines("#policy-box-title[", title, "]")))
    blocks:insert(pandoc.RawBlock("typst", "#parbreak()"))
  end
  blocks:extend(content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

-- Word gives tight lists its own style, so that they would leave the box: make every item a paragraph.
local function box_in_docx(style, title, content)
  local inner = content:walk({
    Plain = function(plain)
      return pandoc.Para(plain.content)
    end,
  })
  if title then
    inner:insert(1, pandoc.Div({ pandoc.Para(title) }, { ["custom-style"] = style .. " Title" }))
  end
  return pandoc.Div(inner, { ["custom-style"] = style })
end

local function box_in_html(div, title)
  if title then
    div.content:insert(1, pandoc.Div({ pandoc.Plain(title) }, pandoc.Attr("", { "box-title" })))
  end
  div.classes:insert("box")
  return div
end

local function box(div)
  local kind = first_class(div, boxes)
  if not kind then
    return nil
  end
  local given = div.attributes.title or boxes[kind].title
  local title = given and pandoc.Inlines(given) or nil
  div.attributes.title = nil
  if is_typst then
    return box_in_typst(kind, title, div.content)
  elseif is_docx then
    return box_in_docx(boxes[kind].style, title, div.content)
  end
  return box_in_html(div, title)
end

-- Numbers and their addresses -----------------------------------------------------------------------

local explanation = "Where this number comes from"

-- Word allows 40 characters in a bookmark's name; pandoc shortens longer ones in this way.
local function bookmark(id)
  if #id <= 40 and id:match("^%a") then
    return id
  end
  return "X" .. pandoc.utils.sha1(id):sub(2)
end

local function escaped(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

local function number(span)
  local id = "address-" .. span.attributes.address
  if is_typst then
    return typst_inlines("#policy-number(<" .. id .. ">)[", span.content, "]")
  elseif is_docx then
    -- Written by hand because pandoc gives every link the coloured style.
    local run = '<w:hyperlink w:anchor="%s" w:tooltip="%s"><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:hyperlink>'
    return pandoc.RawInline("openxml", run:format(bookmark(id), explanation, escaped(stringify(span.content))))
  end
  return pandoc.Link(span.content, "#" .. id, explanation, pandoc.Attr("", { "number" }))
end

-- pandoc's Typst writer gives a label to what stands before it; an empty span in a table cell has nothing there.
local function address(span)
  if is_typst then
    return typst_inlines("#metadata(none) <" .. span.identifier .. ">", span.content, "")
  end
end

local function state(span)
  if is_typst then
    local kind = first_class(span, states) or "not-assessable"
    return typst_inlines('#policy-state("' .. kind .. '")[', span.content, "]")
  elseif is_docx then
    return pandoc.Strong(span.content)
  end
end

local function span(element)
  if element.classes:includes("number") and element.attributes.address then
    return number(element)
  elseif element.classes:includes("state") then
    return state(element)
  elseif element.identifier:match("^address%-") then
    return address(element)
  end
end

-- Wide tables scroll by themselves in a browser, also with the keyboard ---------------------------------

local function cells_in_docx(rows, style)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cell.contents = cell.contents:walk({
        Plain = function(plain)
          return pandoc.Div({ pandoc.Para(plain.content) }, { ["custom-style"] = style })
        end,
      })
    end
  end
end

local function table_in_docx(element)
  cells_in_docx(element.head.rows, "Table Heading")
  for _, body in ipairs(element.bodies) do
    cells_in_docx(body.body, "Table Text")
  end
  return element
end

local function table_out(element)
  if is_docx then
    return table_in_docx(element), false
  elseif not is_html then
    return nil
  end
  local label = stringify(element.caption.long)
  if label == "" then
    label = element.attributes["aria-label"] or "Table"
  end
  -- A list of pairs, because the order of a Lua table's keys changes from run to run.
  local attributes = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", label } }
  return pandoc.Div({ element }, pandoc.Attr("", { "table-scroll" }, attributes)), false
end

-- The cover in Word: pandoc has title, subtitle, authors and date; the other facts follow them --------------

local function cover_line(style, content)
  return pandoc.Div({ pandoc.Para(content) }, { ["custom-style"] = style })
end

local facts = {
  { "organisation", "Organisation" },
  { "version", "Version" },
  { "status", "Status" },
  { "data-vintage", "Data" },
  { "licence", "Licence" },
}

local function cover_in_docx(meta)
  local cover = pandoc.Blocks({})
  for _, fact in ipairs(facts) do
    if meta[fact[1]] then
      local text = pandoc.Inlines({ pandoc.Strong(fact[2] .. ":"), pandoc.Space() })
      text:extend(pandoc.Inlines(stringify(meta[fact[1]])))
      cover:insert(cover_line("Cover Facts", text))
    end
  end
  if meta.notice then
    cover:insert(cover_line("Notice", meta.notice))
  end
  return cover
end

local function metadata(meta)
  if is_docx then
    meta["include-before"] = pandoc.MetaBlocks(cover_in_docx(meta))
  end
  return meta
end

return { { Span = span }, { Div = box, Meta = metadata }, { traverse = "topdown", Table = table_out } }
