-- Links between pages: quartodoc's [Name](`analysis.module.name`) and :meth:`name`, by the inventory objects.json;
-- Markdown sources become the pages made from them. A name of this package that is not found is an error.
local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local root, pages, short = "", {}, {}

local function read_inventory(meta)
  root = meta.root and pandoc.utils.stringify(meta.root) or ""
  for _, item in ipairs(pandoc.json.decode(io.open(here .. "/objects.json"):read("a"), false).items) do
    pages[item.name] = item.uri:gsub("%$$", item.name)
    short[item.name:match("[^.]+%.[^.]+$") or item.name] = item.name
    short[item.name:match("[^.]+$")] = item.name
  end
end

local function address(name)
  local page = pages[name] or pages[short[name]]
  if not page and name:match("^analysis%.") then error("The reference has no page for " .. name) end
  return page and root .. page
end

local function follow(link)
  local name = link.target:match("^%%60~?(.-)%%60$") or link.target:match("^`~?(.-)`$")
  if name then
    link.target = pages[name] and root .. pages[name] or address(name) or ""
    return link.target ~= "" and link or link.content
  elseif link.target:match("^%.%./") then -- a file of the repository, seen from one folder deeper
    link.target = "../" .. link.target
  elseif not link.target:match("^%a+:") then
    link.target = link.target:gsub("%.q?md$", ".html"):gsub("%.q?md#", ".html#")
  end
  return link
end

local function roles(inlines)
  for i = #inlines, 2, -1 do
    local role = inlines[i].tag == "Code" and inlines[i - 1].tag == "Str" and inlines[i - 1].text
    if role and role:match(":%a+:$") then
      inlines[i - 1].text = role:gsub(":%a+:$", "")
      local page = address(inlines[i].text)
      if page then inlines[i] = pandoc.Link(inlines[i], page) end
    end
  end
  return inlines
end

return { { Meta = read_inventory }, { Link = follow, Inlines = roles } }
