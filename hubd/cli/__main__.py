"""`python -m hubd.cli`, the same as `hubd`."""

from hubd.cli import main

main()
