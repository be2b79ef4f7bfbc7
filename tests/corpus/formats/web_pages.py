"""Pages as government sites have them: one of today, one of a content system, one of 2005 laid out in tables."""

from __future__ import annotations

from collections.abc import Iterable

_TODAY = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<title>{title}_质量_中国政府网</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2018-12-29">
<style>.p1 {{ text-indent: 2em; }}</style><script>var a = "<p>第九百条 脚本。</p>";</script></head>
<body class="has-sidebar">
<div class="header"><div class="logo"><a href="/">中国政府网</a></div>
<form id="search-form"><input type="text" name="q"><button>搜索</button><select><option>标题</option>
<option>正文</option></select></form></div>
<div class="main-nav"><ul><li><a href="/guowuyuan">国务院</a></li><li><a href="/xinwen">新闻</a></li><li>
<a href="/zhengce">政策</a></li>
<li><a href="/fuwu">服务</a></li></ul></div>
<div class="BreadcrumbNav">首页 &gt; <a href="/zhengce">政策</a> &gt; 法律</div>
<div class="article oneColumn"><div class="content-header"><h1>{title}</h1>
<div class="pages-date">2018-12-29 10:20<span class="font">来源： 新华社</span>
<div class="share-box" id="bdshare_top">【字体：<a href="javascript:;">大</a> <a href="javascript:;">中</a>
<a href="javascript:;">小</a>】<a href="#">打印</a></div></div></div>
<div class="pages_content" id="UCAP-CONTENT">
{body}
</div>
<div style="display:none">隐藏的文字。</div>
<div class="editor">责任编辑：张三</div></div>
<aside><h3>热点</h3><p>今日要闻摘要，欢迎阅读。</p></aside>
<div class="related-list"><h4>相关阅读</h4><ul><li><a href="/1.htm">解读：质量新规十问</a></li><li>
<a href="/2.htm">一图读懂新规</a></li></ul></div>
<div class="footer"><p>主办单位：国务院办公厅　运行维护单位：中国政府网运行中心</p>
<p>版权所有：中国政府网　京ICP备05070218号</p></div>
</body></html>"""
_TABLES = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{title} - 某省质量技术监督局</title></head>
<body bgcolor=#ffffff><center>
<table width=760 border=0><tr><td colspan=2><img src=banner.jpg></td></tr>
<tr><td colspan=2>| <a href=/>首页</a> | <a href=/news>新闻中心</a> | <a href=/law>政策法规</a> |
<a href=/bbs>局长信箱</a> |</td></tr></table>
<table width=760 border=0><tr>
<td width=150 valign=top><table><tr><td><a href=/a>机构职能</a></td></tr><tr><td><a href=/b>办事指南</a></td></tr>
<tr><td><a href=/c>监督抽查</a></td></tr><tr><td><a href=/d>下载中心</a></td></tr></table></td>
<td width=610 valign=top><table><tr><td>您现在的位置：首页 &gt;&gt; 政策法规 &gt;&gt; 正文</td></tr>
<tr><td align=center><b><font size=4>{title}</font></b></td></tr>
<tr><td><font size=3>{body}</font></td></tr>
<tr><td align=right>【<a href="javascript:window.print()">打印本页</a>】 【
<a href="javascript:window.close()">关闭窗口</a>】</td></tr></table></td>
</tr></table>
<table width=760><tr><td align=center>版权所有：某省质量技术监督局　地址：某市某路1号<br>
技术支持：某公司</td></tr></table>
</center></body></html>"""


def make_page(title: str, paragraphs: Iterable[str]) -> bytes:
    """Return a page as central government's site has them now, in UTF-8."""
    body = "\n".join(f'<p style="text-indent: 2em;" class="p1">　　<span>{line}</span></p>' for line in paragraphs)
    return _TODAY.format(title=title, body=body).encode()


def make_system_page(title: str, paragraphs: Iterable[str]) -> bytes:
    """Return a page as content systems write them: one div, lines parted by br, an ASP.NET form around it all."""
    body = "<br/>\n<br/>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in paragraphs)
    page = f"""<html><head><title>{title}|政策文件</title></head><body><form method="post" id="aspnetForm">
<nav><a href="/">首页</a><a href="/x">信息公开</a></nav><div class="position">当前位置：首页</div>
<div class="con_title">{title}</div><div id="zoom"><div class="TRS_Editor">{body}</div></div>
<div class="pagination">上一页 1 2 下一页</div></form></body></html>"""
    return page.encode("gb18030")


def make_table_page(title: str, paragraphs: Iterable[str]) -> bytes:
    """Return a page of 2005, laid out by tables, in GB2312."""
    body = "<br>\n".join(f"　　{line}" for line in paragraphs)
    return _TABLES.format(title=title, body=body).encode("gb2312", "xmlcharrefreplace")
