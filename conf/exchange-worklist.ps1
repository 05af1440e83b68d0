<#
.SYNOPSIS
    Does in Exchange what "certharvest worklist" lists.

.DESCRIPTION
    Reads the CSV file (objectGUID, address, action, certificate) and calls
    one cmdlet for each line, in the Exchange Management Shell:

      enable-mail-contact  Enable-MailContact -Identity GUID
                           -ExternalEmailAddress ADDRESS
                           -PrimarySmtpAddress ADDRESS
      update-recipient     Update-Recipient -Identity GUID
      set-mail-user        Set-MailUser -Identity GUID
                           -UserCertificate @{Add = CERTIFICATE}
                           when the mail user does not have it yet

    The addresses and certificates are those of strangers.  They are data
    here: compared with a strict pattern and handed over as parameters.  No
    command line is ever made of them.  A line that does not look as it must
    is told and left out.

.PARAMETER Path
    The file that "certharvest worklist" has written.

.PARAMETER Log
    Where to append what was done; default: exchange-worklist.log.

.EXAMPLE
    .\exchange-worklist.ps1 -Path worklist.csv -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [Parameter(Mandatory = $true)]
    [string] $Path,

    [string] $Log = 'exchange-worklist.log'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# \A and \z: $ would let a line end pass.  Not every address that RFC 5321
# allows: what is out of the ordinary is for a human.
$guidPattern = '\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z'
$addressPattern = '\A[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?\z'
$certificatePattern = '\A30([0-9a-f]{2}){99,16383}\z'
$actions = @('enable-mail-contact', 'update-recipient', 'set-mail-user')

function Write-Line {
    param([string] $Text)
    $line = '{0:u} {1}' -f (Get-Date).ToUniversalTime(), $Text
    Write-Output $line
    # The log is not what -WhatIf and -Confirm are about.
    Add-Content -LiteralPath $Log -Value $line -Encoding UTF8 -WhatIf:$false `
        -Confirm:$false
}

# What a stranger chose, fit for a screen and a log.
function Format-Stranger {
    param([string] $Text)
    return ($Text -creplace '[^\x20-\x7e]', '?')
}

# The bytes of a certificate, from two digits each.
function ConvertFrom-Hex {
    param([string] $Text)
    $bytes = New-Object byte[] ($Text.Length / 2)
    for ($i = 0; $i -lt $bytes.Length; $i++) {
        $bytes[$i] = [Convert]::ToByte($Text.Substring(2 * $i, 2), 16)
    }
    return , $bytes
}

# Beside what the mail user has: who put that there, we do not know.
function Add-UserCertificate {
    param([string] $Guid, [string] $Hex)
    foreach ($old in (Get-MailUser -Identity $Guid -ErrorAction Stop).UserCertificate) {
        if ([BitConverter]::ToString($old).Replace('-', '') -eq $Hex) {
            return
        }
    }
    $change = @{ Add = @(, (ConvertFrom-Hex $Hex)) }
    Set-MailUser -Identity $Guid -UserCertificate $change -Confirm:$false `
        -ErrorAction Stop | Out-Null
}

$number = 1
$failed = 0
foreach ($row in (Import-Csv -LiteralPath $Path -Encoding UTF8)) {
    $number++
    $guid = [string] $row.objectGUID
    $address = [string] $row.address
    $action = [string] $row.action
    $certificate = [string] $row.certificate

    if ($guid -cnotmatch $guidPattern) {
        Write-Line "line ${number}: refused: not an objectGUID: $(Format-Stranger $guid)"
        $failed++
        continue
    }
    if ($actions -cnotcontains $action) {
        Write-Line "line ${number}: refused: no such action: $(Format-Stranger $action)"
        $failed++
        continue
    }
    if ($address -cnotmatch $addressPattern) {
        Write-Line "line ${number}: refused: do this one by hand, $guid has an unusual address: $(Format-Stranger $address)"
        $failed++
        continue
    }
    if ($action -ceq 'set-mail-user' -and $certificate -cnotmatch $certificatePattern) {
        Write-Line "line ${number}: refused: not a certificate for $guid"
        $failed++
        continue
    }
    if (-not $PSCmdlet.ShouldProcess("$guid ($address)", $action)) {
        continue
    }
    # Exchange's cmdlets are proxies for a remote session.  Those see the
    # preference of the whole session and not ours, and what fails there would
    # be told as done.
    $before = $global:ErrorActionPreference
    try {
        $global:ErrorActionPreference = 'Stop'
        if ($action -ceq 'enable-mail-contact') {
            $parameters = @{
                Identity             = $guid
                ExternalEmailAddress = $address
                PrimarySmtpAddress   = $address
                # never of the address: a stranger chose it
                Alias                = 'certharvest-' + ($guid -replace '-', '')
            }
            Enable-MailContact @parameters -Confirm:$false `
                -ErrorAction Stop | Out-Null
        }
        elseif ($action -ceq 'set-mail-user') {
            Add-UserCertificate -Guid $guid -Hex $certificate
        }
        else {
            Update-Recipient -Identity $guid -Confirm:$false `
                -ErrorAction Stop | Out-Null
        }
        Write-Line "line ${number}: $action $guid ($address)"
    }
    catch {
        Write-Line "line ${number}: failed: $action ${guid}: $(Format-Stranger $_.Exception.Message)"
        $failed++
    }
    finally {
        $global:ErrorActionPreference = $before
    }
}

if ($failed -gt 0) {
    Write-Line "$failed of $($number - 1) lines were not done"
    exit 1
}
