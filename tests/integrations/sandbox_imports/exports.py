"""Small exports in the manner of other systems. All people and companies are made up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SALES_SUITE = {  # ids, camel case, stages with won and lost in one column, types of activities in one file
    "Account.csv": "Id,Name,Industry,AnnualRevenue,OwnerId,CreatedDate\n001,Delta Freight,Logistics,5000000,005A,2025-01-10\n"
    "002,Elm Bakery,Food,250000,005B,2025-02-11\n",
    "User.csv": "Id,FirstName,LastName,Email,IsActive,ManagerId\n005A,Ada,Seller,ada@example.com,true,005C\n"
    "005B,Ben,Okoye,ben@example.com,true,005C\n005C,Cy,Boss,cy@example.com,true,\n",
    "Contact.csv": "Id,AccountId,FirstName,LastName,Title,Email\n003A,001,Dana,Lee,CEO,dana@example.com\n",
    "Opportunity.csv": "Id,AccountId,Name,StageName,Amount,CloseDate,OwnerId,CreatedDate,Probability\n"
    "006A,001,Fleet,Proposal,48000,2026-05-01,005A,2026-01-15T09:14:58Z,60\n"
    "006B,002,Ovens,Closed Won,9000,2026-02-01,005B,2025-11-03T10:00:00Z,100\n"
    "006C,002,Mixers,Closed Lost,700,2026-02-20,005B,2025-12-03T10:00:00Z,0\n",
    "Task.csv": "Id,WhatId,Subject,ActivityDate,Status,OwnerId\n00TA,006A,Send offer,2026-03-01,Not Started,005A\n"
    "00TB,006B,Call back,2026-02-01,Completed,005B\n",
}
HUB = {  # names instead of ids, people in a column, semicolons, European days and amounts
    "companies.csv": "Record ID;Company name;Company owner;Create date;Industry\n1;Zürich Räder;Ada Seller;03.11.2025;Retail\n"
    "2;Elm;Ben Okoye;04.11.2025;Food\n",
    "deals.csv": "Record ID;Deal Name;Deal Stage;Close Date;Deal owner;Amount;Associated Company;Create Date\n"
    "11;Flotte;Contract Sent;01.05.2026;Ada Seller;48.000,50;Zürich Räder;15.01.2026 09:20\n"
    "12;Öfen;Closed Won;02.02.2026;Ben Okoye;1.200,00;Elm;20.11.2025 10:00\n",
    "notes.csv": "Note ID;Associated Company;Note Body;Create Date\n31;Elm;Liked the price;10.02.2026 08:00\n",
}
ONE_FILE = {  # everything in one file, status in words, days in a stage
    "pipeline 2026.csv": "Opportunity,Customer,Sales Rep,Status,Deal Value,Days in stage,Created\n"
    'Fleet,Delta Freight,Ada Seller,Negotiation,"$48,000",12,01/15/2026\n'
    'Vans,Delta Freight,Ben Okoye,Won,"$7,500.50",3,01/20/2026\nOvens,Elm,Ben Okoye,Lost,$900,0,02/03/2026\n'
}
TITLED = {  # lines above the header, UTF-16 with semicolons
    "Opportunities.csv": "Open opportunities;;;;\nMade on 6 March 2026;;;;\n\nName;Company;Owner;Phase;Value\n"
    "Fleet;Delta;Ada Seller;Talks;48000\nVans;Elm;Ada Seller;Won;500\n"
}


def put(folder: Path, files: Mapping[str, str], *, encoding: str = "utf-8") -> Path:
    for name, text in files.items():
        (folder / name).write_bytes(text.encode(encoding))
    return folder
