@echo off
rem Windows: a double click begins Kasuslab. Only what cannot be said before a Python is there stands here.
setlocal
title Kasuslab
pushd "%~dp0"
if not exist "release\launcher\environment.py" goto packed
set "PYTHON="
set "NEW=import sys; assert sys.hexversion >= 0x030b00f0"
for %%P in ("py -3.13" "py -3.12" "py -3.11" "python" "python3" "py -3") do call :try "%%~P"
if not defined PYTHON goto missing
%PYTHON% release\launcher\environment.py %*
if errorlevel 1 goto failed
popd
exit /b 0

:try
if defined PYTHON exit /b 0
%~1 -c "%NEW%" >nul 2>nul
if not errorlevel 1 set "PYTHON=%~1"
exit /b 0

:packed
echo Kasuslab masih di dalam ZIP. Klik kanan berkas ZIP, pilih Ekstrak Semua, lalu klik Mulai di folder hasilnya.
echo Kasuslab is still inside its ZIP. Right-click the ZIP, choose Extract All, then click Mulai in the new folder.
goto failed

:missing
echo Kasuslab memerlukan Python 3.11 atau lebih baru. Pasang dari https://www.python.org/downloads/ lalu klik Mulai lagi.
echo Kasuslab needs Python 3.11 or newer. Install it from https://www.python.org/downloads/ then click Mulai again.

:failed
popd
pause
exit /b 1
