// SPDX-License-Identifier: MIT
// What back doors on Exchange servers answer, as YARA rules. Variables, words of
// `strength` and how to add a rule: README.md. Ids in reports have - for _.

private rule page_answers
{
    condition:
        status == 200 and content_type istartswith "text/html"
}

private rule script_path
{
    condition:
        path matches /\.(aspx?|ashx|asmx|asax|php|jspx?|cfm|s?html|cshtml|soap)$/i
}

// No page of Exchange of this name: nothing that it ships is judged by its form.
private rule foreign_page
{
    condition:
        expected_page == "" and owa_page == ""
}

rule oab_vdir_dump
{
    meta:
        title = "Settings of an OAB virtual directory: the carrier of ProxyLogon web shells"
        strength = "confirmed"
        source = "CVE-2021-27065; zeroBS sample, CISA and MSTIC rules of March 2021, two more dumps"
    strings:
        $name = /(^|[\r\n])Name {1,60}: [^\r\n(]{0,40}\([^)\r\n]{1,60}\)/
        $poll = /(^|[\r\n])PollInterval {1,60}: [0-9]/
        $base = /(^|[\r\n])MetabasePath {1,60}: IIS:\/\//
        $class = /msExch(OAB)?VirtualDirectory/
        $external = /(^|[\r\n])ExternalUrl {1,60}: http/
    condition:
        page_answers and script_path and 3 of them
}

rule pst_export
{
    meta:
        title = "An exported mailbox (PST) under the name of a script: ProxyShell"
        strength = "confirmed"
        source = "signature-base and HvS-Consulting rules of August 2021; MS-PST 2.2.2.6"
    condition:
        page_answers and script_path and filesize >= 512 and uint32be(0) == 0x2142444E
}

rule der_certificate_request
{
    meta:
        title = "A certificate request under the name of a script: ProxyShell"
        strength = "confirmed"
        source = "signature-base WEBSHELL_ASPX_ProxyShell_Aug21_3; the forms in UTF-8 are derived"
    strings:
        $raw = { 30 82 }
        $latin1 = { 30 C2 82 }
        $windows = { 30 E2 80 9A }
        $replaced = { 30 EF BF BD }
    condition:
        page_answers and script_path and not body_cut and filesize >= 200 and filesize <= 10240 and
        for any of them : ( $ at 0 )
}

rule tunnel_greeting
{
    meta:
        title = "The greeting of a tunnel (reGeorg, Neo-reGeorg)"
        strength = "confirmed"
        source = "documentation of the tools; signature-base, Volexity 2021"
    strings:
        $first = /^[ \t\r\n]{0,16}Georg says, 'All seems fine'/
        $second = "NeoGeorg says, 'All seems fine'"
    condition:
        status == 200 and script_path and filesize >= 20 and filesize <= 400 and any of them
}

// Places are compared, in place of one expression over the distance between them, so that
// no body makes the search slow; the first 64 of a page are looked at.
private rule source_of_a_page
{
    strings:
        $directive = /<%@[ \t\r\n]{0,8}(Page|WebHandler|WebService)[ \t\r\n]/ nocase
        $script = "<script" nocase
        $server = /[ \t\r\n"']runat[ \t]{0,4}=[ \t]{0,4}["']?server/ nocase
    condition:
        status == 200 and script_path and foreign_page and
        ($directive or
         for any i in (1..64) : ( $script in (@server[i] - 120..@server[i]) ))
}

rule server_source_with_command
{
    meta:
        title = "The source of a page that runs what a request brings"
        strength = "confirmed"
        source = "MSTIC rules WEBSHELL_CVE_2021_27065; published one-line shells"
    strings:
        $item = /Request(\.Item)?[ \t]{0,4}[\[(]/ nocase
        $part = /Request\.(Form|QueryString|Params|Headers|Cookies|Files|InputStream)/ nocase
        $bytes = "Request.BinaryRead" nocase
        $eval = /[^a-z0-9_]eval[ \t]{0,4}\(/ nocase
        $process = "Diagnostics.Process" nocase
        $assembly = "Assembly.Load" nocase
        $shell = "WScript.Shell" nocase
    condition:
        source_of_a_page and any of them
}

rule server_source_served
{
    meta:
        title = "The source of a page in place of its output"
        strength = "likely"
        source = "MSTIC rules WEBSHELL_CVE_2021_27065"
    condition:
        source_of_a_page and not server_source_with_command
}

rule known_shell_title
{
    meta:
        title = "The page of a known web shell (Antak, ASPXSpy)"
        strength = "confirmed"
        source = "signature-base"
    strings:
        $antak = /<title>[ \t\r\n]{0,16}Antak Webshell[ \t\r\n]{0,16}<\/title>/ nocase
        $aspxspy_title = /<title>[ \t\r\n]{0,16}ASPXSpy/ nocase
        $aspxspy_home = "rootkit.net.cn" nocase
    condition:
        page_answers and script_path and foreign_page and any of them
}

rule upload_form
{
    meta:
        title = "A form that takes files"
        strength = "likely"
        source = "staging repository of an attacker, 2024; signature-base"
    strings:
        $input = "<input" nocase
        $file = /[ \t\r\n"']type[ \t\r\n]{0,8}=[ \t\r\n]{0,8}["']?[ \t]{0,4}file["' \t\r\n>\/]/ nocase
    condition:
        page_answers and script_path and foreign_page and
        for any i in (1..64) : ( $input in (@file[i] - 200..@file[i]) )
}

rule command_form
{
    meta:
        title = "A form that takes commands"
        strength = "likely"
        source = "signature-base (FileExplorer, SPORTSBALL, Antak)"
    strings:
        $style = /background-color: {0,4}#778899; {0,4}color: {0,4}#fff; {0,4}padding: {0,4}5px/ nocase
        $state = "__VIEWSTATE"
        $field = /[ \t\r\n"']name[ \t\r\n]{0,8}=[ \t\r\n]{0,8}["']?(txt)?(cmd|command|cmdline)["' \t\r\n>\/]/ nocase
    condition:
        page_answers and script_path and foreign_page and ($style or ($state and $field))
}

// The genuine pages of these folders that ask for a password have no view state.
rule password_form
{
    meta:
        title = "A form that asks for a password, on a page that no Exchange ships"
        strength = "likely"
        source = "signature-base (ASPXSpy and others)"
    strings:
        $state = "__VIEWSTATE"
        $input = "<input" nocase
        $password = /[ \t\r\n"']type[ \t\r\n]{0,8}=[ \t\r\n]{0,8}["']?[ \t]{0,4}password["' \t\r\n>\/]/ nocase
    condition:
        page_answers and script_path and foreign_page and
        for any i in (1..64) : ( $input in (@password[i] - 200..@password[i]) and
            $state in (@password[i] - 4000..@password[i]) )
}

rule blank_200
{
    meta:
        title = "A page that is there and prints nothing, as one-line web shells do"
        strength = "likely"
        source = "one-line shells (China Chopper, Behinder, Godzilla); log of a real server"
    condition:
        status == 200 and (content_type istartswith "text/html" or content_type == "") and
        script_path and foreign_page and dynamic and not body_cut and
        baseline_status != 0 and baseline_status != 200 and
        (filesize == 0 or (filesize <= 16 and for all i in (0..filesize - 1) :
            (uint8(i) == 0x20 or uint8(i) == 0x09 or uint8(i) == 0x0A or uint8(i) == 0x0D)))
}

rule httpcode_500
{
    meta:
        title = "The page is there and fails"
        strength = "suspicious"
        source = "OpenVAS note on errorFE.aspx?httpCode=500; shellEX"
    condition:
        script_path and
        ((status == 302 and location icontains "/errorfe.aspx?httpcode=500" and
          (baseline_status == 404 or baseline_status == 410 or
           baseline_location icontains "/errorfe.aspx?httpcode=404")) or
         (status == 500 and (baseline_status == 404 or baseline_status == 410)))
}

// Below /owa/auth/ this redirect is how a missing page is answered.
rule fake_404
{
    meta:
        title = "A redirect to the page for missing files, where Exchange does not redirect"
        strength = "suspicious"
        source = "published web shell that redirects everybody without its cookie"
    condition:
        script_path and status == 302 and location icontains "/errorfe.aspx?httpcode=404" and
        not path istartswith "/owa/auth/" and baseline_status != 0 and
        not baseline_location icontains "/errorfe.aspx"
}

rule owa_page_missing
{
    meta:
        title = "A page of Exchange without the mark of its class, or with another's"
        strength = "suspicious"
        source = "GTSC 2022 (RedirSuiteServiceProxy.aspx overwritten); class OwaPage"
    condition:
        page_answers and not body_cut and expected_page != "" and not owa_page iequals expected_page
}
