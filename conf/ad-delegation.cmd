@echo off
rem The rights of certharvest in Active Directory, on one OU, and no others.
rem
rem   ad-delegation.cmd "OU=Partners,DC=corp,DC=example" "CORP\certharvest"
rem
rem Run it as a domain administrator.  The account needs no other right and no
rem group beyond Domain Users.  It may create contacts and write
rem userCertificate and extensionName on contacts below the OU.  It may not
rem write mail, proxyAddresses or targetAddress: with those a stolen password
rem could reroute mail.  It may not delete.

if "%~2"=="" (
	echo usage: ad-delegation.cmd OU ACCOUNT
	exit /b 64
)

rem create contacts in the OU
dsacls "%~1" /G "%~2:CC;contact" || exit /b 1
rem read and write two attributes of contacts below it
dsacls "%~1" /I:S /G "%~2:RPWP;userCertificate;contact" || exit /b 1
dsacls "%~1" /I:S /G "%~2:RPWP;extensionName;contact" || exit /b 1
rem who created a contact owns it, and an owner may change permissions;
rem an entry for OWNER RIGHTS leaves it nothing but reading
dsacls "%~1" /I:S /G "OWNER RIGHTS:RC;;contact" || exit /b 1
